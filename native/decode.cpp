#include "decode.h"

#include <algorithm>
#include <cstring>

#include "bits.h"
#include "pixels.h"

namespace visiomatic {
namespace {

template <class Number>
VISIOMATIC_INLINE void scale_row(const double* numbers, std::size_t n, double scale, double zero, Number* out) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<Number>(zero + scale * numbers[i]);
    }
}

VISIOMATIC_CLONED void scale_to_floats(const double* numbers, std::size_t n, double scale, double zero, float* out) {
    scale_row(numbers, n, scale, zero, out);
}

VISIOMATIC_CLONED void scale_to_doubles(const double* numbers, std::size_t n, double scale, double zero, double* out) {
    scale_row(numbers, n, scale, zero, out);
}

template <class Bits>
VISIOMATIC_INLINE void copy_bits(const std::byte* bytes, std::size_t n, bool swap, std::uint64_t flip,
                                 std::byte* out) noexcept {
    const Bits sign = static_cast<Bits>(flip);
    for (std::size_t i = 0; i < n; ++i) {
        const Bits bits = static_cast<Bits>((swap ? bits_at<Bits, true>(bytes, i) : bits_at<Bits, false>(bytes, i)) ^ sign);
        std::memcpy(out + i * sizeof(Bits), &bits, sizeof(Bits));
    }
}

VISIOMATIC_CLONED void copy_row(const std::byte* bytes, std::size_t n, const Source& source, std::byte* out) {
    switch (size_of(source.kind)) {
        case 1: copy_bits<std::uint8_t>(bytes, n, false, source.flip, out); break;
        case 2: copy_bits<std::uint16_t>(bytes, n, source.swap, source.flip, out); break;
        case 4: copy_bits<std::uint32_t>(bytes, n, source.swap, source.flip, out); break;
        default: copy_bits<std::uint64_t>(bytes, n, source.swap, source.flip, out); break;
    }
}

template <class Bits>
VISIOMATIC_INLINE void compare_bits(const std::byte* bytes, std::size_t n, bool swap, std::uint64_t wanted,
                                    std::uint8_t* out) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        const Bits bits = swap ? bits_at<Bits, true>(bytes, i) : bits_at<Bits, false>(bytes, i);
        out[i] = bits == static_cast<Bits>(wanted);
    }
}

VISIOMATIC_CLONED void compare_row(const std::byte* bytes, std::size_t n, const Source& source, std::uint8_t* out) {
    switch (size_of(source.kind)) {
        case 1: compare_bits<std::uint8_t>(bytes, n, false, *source.blank, out); break;
        case 2: compare_bits<std::uint16_t>(bytes, n, source.swap, *source.blank, out); break;
        case 4: compare_bits<std::uint32_t>(bytes, n, source.swap, *source.blank, out); break;
        default: compare_bits<std::uint64_t>(bytes, n, source.swap, *source.blank, out); break;
    }
}

}  // namespace

RowDecoder::RowDecoder(const Source& source) noexcept : source_(&source), doubles_(double_loader(source)) {
    if (!source.is_scaled() && float_holds(source.kind)) {
        floats_ = float_loader(source);
    }
}

void RowDecoder::operator()(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept {
    if (floats_.function != nullptr) {
        floats_(y, x, n, out);
        return;
    }
    double numbers[span_length];
    doubles_(y, x, n, numbers);
    scale_to_floats(numbers, n, source_->scale, source_->zero, out);
}

void decode(const Source& source, float* out) noexcept {
    const RowDecoder decoded(source);
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) { decoded(y, x, n, out + y * source.width + x); });
}

void decode(const Source& source, double* out) noexcept {
    const Loader<double> doubles = double_loader(source);
    double numbers[span_length];
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) {
        doubles(y, x, n, numbers);
        scale_to_doubles(numbers, n, source.scale, source.zero, out + y * source.width + x);
    });
}

void copy_numbers(const Source& source, std::byte* out) noexcept {
    const std::size_t row_bytes = source.row_bytes();
    const std::size_t size = size_of(source.kind);
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) {
        copy_row(source.row(y) + x * size, n, source, out + y * row_bytes + x * size);
    });
}

void find_blanks(const Source& source, std::uint8_t* out) noexcept {
    if (!source.blank) {
        std::fill_n(out, source.width * source.height, std::uint8_t{0});
        return;
    }
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) {
        compare_row(source.row(y) + x * size_of(source.kind), n, source, out + y * source.width + x);
    });
}

}  // namespace visiomatic
