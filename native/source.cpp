#include "source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace visiomatic {
namespace {

bool fits_integer(std::int64_t value, Kind kind) noexcept {
    const unsigned bits = static_cast<unsigned>(8 * size_of(kind));
    const bool is_signed = kind == Kind::i8 || kind == Kind::i16 || kind == Kind::i32 || kind == Kind::i64;
    if (bits == 64) {
        return is_signed || value >= 0;
    }
    const std::int64_t span = std::int64_t{1} << (is_signed ? bits - 1 : bits);
    return value >= (is_signed ? -span : 0) && value < span;
}

// The kind whose sign bit, flipped, does exactly what adding `zero` would do; the same kind when there is none.
Kind flipped(Kind kind, double zero) noexcept {
    if (kind == Kind::i16 && zero == 32768.0) {
        return Kind::u16;
    }
    if (kind == Kind::i32 && zero == 2147483648.0) {
        return Kind::u32;
    }
    if (kind == Kind::i64 && zero == 9223372036854775808.0) {
        return Kind::u64;
    }
    if (kind == Kind::u8 && zero == -128.0) {
        return Kind::i8;
    }
    return kind;
}

bool inside(const Layout& layout, std::size_t length) noexcept {
    if (layout.width <= 0 || layout.height <= 0 || length > std::numeric_limits<std::int64_t>::max()) {
        return false;
    }
    std::int64_t reach = 0, last = 0, row_bytes = 0, end = 0;
    if (__builtin_mul_overflow(layout.row_stride, layout.height - 1, &reach) ||
        __builtin_add_overflow(layout.offset, reach, &last) ||
        __builtin_mul_overflow(layout.width, static_cast<std::int64_t>(size_of(layout.kind)), &row_bytes) ||
        __builtin_add_overflow(std::max(layout.offset, last), row_bytes, &end)) {
        return false;
    }
    return std::min(layout.offset, last) >= 0 && end <= static_cast<std::int64_t>(length);
}

}  // namespace

std::optional<Kind> kind_of(const char* code, bool* swap) noexcept {
    static constexpr struct { char name[3]; Kind kind; } kinds[] = {
        {"u1", Kind::u8},  {"i1", Kind::i8},  {"u2", Kind::u16}, {"i2", Kind::i16}, {"u4", Kind::u32},
        {"i4", Kind::i32}, {"u8", Kind::u64}, {"i8", Kind::i64}, {"f4", Kind::f32}, {"f8", Kind::f64}};
    if (std::strlen(code) != 3 || (code[0] != '<' && code[0] != '>')) {
        return std::nullopt;
    }
    constexpr bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    for (const auto& entry : kinds) {
        if (std::strcmp(code + 1, entry.name) == 0) {
            *swap = size_of(entry.kind) > 1 && (code[0] == '<') != little;
            return entry.kind;
        }
    }
    return std::nullopt;
}

Source row_of_floats(const float* numbers, std::size_t count) noexcept {
    Source source;
    source.origin = reinterpret_cast<const std::byte*>(numbers);
    source.width = count;
    source.height = 1;
    source.kind = Kind::f32;
    return source;
}

std::optional<Source> source_of(const Layout& layout, const std::byte* data, std::size_t length) noexcept {
    if (!inside(layout, length)) {
        return std::nullopt;
    }
    Source source;
    source.origin = data + layout.offset;
    source.row_stride = static_cast<std::ptrdiff_t>(layout.row_stride);
    source.width = static_cast<std::size_t>(layout.width);
    source.height = static_cast<std::size_t>(layout.height);
    source.kind = layout.kind;
    source.swap = layout.swap;
    source.scale = layout.scale;
    source.zero = layout.zero;
    const unsigned bits = static_cast<unsigned>(8 * size_of(layout.kind));
    if (layout.blank && source.is_integer() && fits_integer(*layout.blank, layout.kind)) {
        const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
        source.blank = static_cast<std::uint64_t>(*layout.blank) & mask;
    }
    if (layout.scale == 1.0 && flipped(layout.kind, layout.zero) != layout.kind) {
        source.kind = flipped(layout.kind, layout.zero);
        source.flip = std::uint64_t{1} << (bits - 1);
        source.zero = 0.0;
    }
    return source;
}

}  // namespace visiomatic
