// From stored numbers to x, the place of a value between the cuts (0: low, 1: high), and from x to a table's entry.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bits.h"
#include "load.h"
#include "source.h"

namespace visiomatic {

// x = (v - low) * gain + bias
struct Cut {
    double low = 0.0;
    double gain = 1.0;
    double bias = 0.0;
};

// entry = clamp((bits(x) >> shift) - first, 0, last): the leading bits of a float grow with its value, negative floats
// are negative integers, and infinities lie at the ends; so no other clipping is needed.
struct Indexing {
    int shift = 1;  // 1 to 30
    std::int32_t first = 0;
    std::int32_t last = 0;  // at most 65534; entry last + 1 is for NaN
};

// Values for all entries, with that for NaN at the end: indexing.last + 2 of them.
template <class Value>
struct Table {
    Indexing indexing;
    const Value* values = nullptr;
};

// x = (number - low) * gain + rest, the cut folded with scale and zero. `low` absorbs the bias, so that no digits are
// lost where x is near 0, and `rest` what rounding `low` to Number lost.
template <class Number>
struct Line {
    Number low = 0;
    Number gain = 0;
    Number rest = 0;
};

// Rows of one source, cut. Plain data; refers to the source.
class RowCutter {
public:
    RowCutter() noexcept = default;
    RowCutter(const Source& source, const Cut& cut) noexcept;

    // Stored floats need no more than this line.
    bool is_direct() const noexcept { return way_ == Way::stored_floats; }
    const Line<float>& line() const noexcept { return float_line_; }

    // Entries of a table for n pixels from column x of row y; n <= span_length.
    void entries(std::size_t y, std::size_t x, std::size_t n, const Indexing& indexing, std::uint16_t* out) const noexcept;

    // x for n pixels, within +-1e30, NaN where the number is.
    void values(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept;

private:
    enum class Way : std::uint8_t { stored_floats, loaded_floats, loaded_doubles, flat };

    void flat_values(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept;

    const Source* source_ = nullptr;
    Way way_ = Way::loaded_doubles;
    float flat_value_ = 0;  // x when the gain is 0
    Line<float> float_line_;
    Line<double> double_line_;
    Loader<float> floats_;
    Loader<double> doubles_;
};

VISIOMATIC_INLINE std::int32_t entry_of(float x, const Indexing& indexing) noexcept {
    std::int32_t entry = (bit_cast<std::int32_t>(x) >> indexing.shift) - indexing.first;
    entry = entry > 0 ? entry : 0;
    return entry < indexing.last ? entry : indexing.last;
}

// Entries of a table for n values of x that are not NaN.
void entries_of(const float* x, std::size_t n, const Indexing& indexing, std::uint16_t* out) noexcept;

}  // namespace visiomatic
