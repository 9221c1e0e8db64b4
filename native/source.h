// A window of stored numbers, as it lies in a file or an array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace visiomatic {

enum class Kind : std::uint8_t { u8, i8, u16, i16, u32, i32, u64, i64, f32, f64 };

// physical = zero + scale * number; number = stored bits, swapped, then xored with `flip` (the unsigned integers of
// FITS are signed ones with an offset: a flipped sign bit, so that no digit is lost), read as `kind`.
struct Source {
    const std::byte* origin = nullptr;  // top-left pixel
    std::ptrdiff_t row_stride = 0;
    std::size_t width = 0;
    std::size_t height = 0;
    Kind kind = Kind::u8;
    bool swap = false;
    std::uint64_t flip = 0;
    std::optional<std::uint64_t> blank;  // stored bits (before flip) that mean "no value"; integers only
    double scale = 1.0;
    double zero = 0.0;

    const std::byte* row(std::size_t y) const noexcept {
        return origin + static_cast<std::ptrdiff_t>(y) * row_stride;
    }
    std::size_t row_bytes() const noexcept;
    bool is_scaled() const noexcept { return scale != 1.0 || zero != 0.0; }
    bool is_integer() const noexcept { return kind != Kind::f32 && kind != Kind::f64; }
};

// One row of numbers in memory, which every row of this source is.
Source row_of_floats(const float* numbers, std::size_t count) noexcept;

constexpr std::size_t size_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::u8:
        case Kind::i8: return 1;
        case Kind::u16:
        case Kind::i16: return 2;
        case Kind::u32:
        case Kind::i32:
        case Kind::f32: return 4;
        default: return 8;
    }
}

inline std::size_t Source::row_bytes() const noexcept { return width * size_of(kind); }

// How a window is described by a caller, not yet trusted.
struct Layout {
    std::int64_t offset = 0;
    std::int64_t row_stride = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    Kind kind = Kind::u8;
    bool swap = false;
    double scale = 1.0;
    double zero = 0.0;
    std::optional<std::int64_t> blank;
};

// ">i2" and the like; nothing when it is not a type that the kernel reads. *swap: bytes are not in this machine's order.
std::optional<Kind> kind_of(const char* code, bool* swap) noexcept;

// The source at `data`, or nothing when the window is empty or any of its pixels lies outside of the `length` bytes.
std::optional<Source> source_of(const Layout& layout, const std::byte* data, std::size_t length) noexcept;

}  // namespace visiomatic
