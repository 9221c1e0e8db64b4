#include "load.h"

#include <limits>

#include "bits.h"

namespace visiomatic {
namespace {

template <class Bits, class Stored, bool swap, class Number>
VISIOMATIC_INLINE void load_integers(const std::byte* bytes, std::size_t n, const Source& source, Number* out) noexcept {
    const Bits flip = static_cast<Bits>(source.flip);
    if (!source.blank) {
        for (std::size_t i = 0; i < n; ++i) {
            const Bits bits = static_cast<Bits>(bits_at<Bits, swap>(bytes, i) ^ flip);
            out[i] = static_cast<Number>(bit_cast<Stored>(bits));
        }
        return;
    }
    const Bits blank = static_cast<Bits>(*source.blank);
    for (std::size_t i = 0; i < n; ++i) {
        const Bits bits = bits_at<Bits, swap>(bytes, i);
        const Number number = static_cast<Number>(bit_cast<Stored>(static_cast<Bits>(bits ^ flip)));
        out[i] = bits == blank ? std::numeric_limits<Number>::quiet_NaN() : number;
    }
}

template <class Bits, class Stored, bool swap, class Number>
VISIOMATIC_INLINE void load_floats(const std::byte* bytes, std::size_t n, Number* out) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<Number>(bit_cast<Stored>(bits_at<Bits, swap>(bytes, i)));
    }
}

// Clones can not be templates: one plain function per kind and byte order.
#define INTEGERS(name, Bits, Stored, swap, Number)                                                             \
    VISIOMATIC_CLONED void name(const std::byte* bytes, std::size_t n, const Source& source, Number* out) {    \
        load_integers<Bits, Stored, swap>(bytes, n, source, out);                                              \
    }
#define FLOATS(name, Bits, Stored, swap, Number)                                                               \
    VISIOMATIC_CLONED void name(const std::byte* bytes, std::size_t n, const Source&, Number* out) {           \
        load_floats<Bits, Stored, swap>(bytes, n, out);                                                        \
    }
#define BOTH_ORDERS(DEFINE, name, Bits, Stored, Number) \
    DEFINE(name, Bits, Stored, false, Number)           \
    DEFINE(name##_swapped, Bits, Stored, true, Number)

INTEGERS(u8_to_float, std::uint8_t, std::uint8_t, false, float)
INTEGERS(i8_to_float, std::uint8_t, std::int8_t, false, float)
BOTH_ORDERS(INTEGERS, u16_to_float, std::uint16_t, std::uint16_t, float)
BOTH_ORDERS(INTEGERS, i16_to_float, std::uint16_t, std::int16_t, float)
BOTH_ORDERS(FLOATS, f32_to_float, std::uint32_t, float, float)
INTEGERS(u8_to_double, std::uint8_t, std::uint8_t, false, double)
INTEGERS(i8_to_double, std::uint8_t, std::int8_t, false, double)
BOTH_ORDERS(INTEGERS, u16_to_double, std::uint16_t, std::uint16_t, double)
BOTH_ORDERS(INTEGERS, i16_to_double, std::uint16_t, std::int16_t, double)
BOTH_ORDERS(INTEGERS, u32_to_double, std::uint32_t, std::uint32_t, double)
BOTH_ORDERS(INTEGERS, i32_to_double, std::uint32_t, std::int32_t, double)
BOTH_ORDERS(INTEGERS, u64_to_double, std::uint64_t, std::uint64_t, double)
BOTH_ORDERS(INTEGERS, i64_to_double, std::uint64_t, std::int64_t, double)
BOTH_ORDERS(FLOATS, f32_to_double, std::uint32_t, float, double)
BOTH_ORDERS(FLOATS, f64_to_double, std::uint64_t, double, double)

#undef BOTH_ORDERS
#undef FLOATS
#undef INTEGERS

}  // namespace

Loader<float> float_loader(const Source& source) noexcept {
    const bool swap = source.swap;
    Loader<float> loader{nullptr, &source, size_of(source.kind)};
    switch (source.kind) {
        case Kind::u8: loader.function = u8_to_float; break;
        case Kind::i8: loader.function = i8_to_float; break;
        case Kind::u16: loader.function = swap ? u16_to_float_swapped : u16_to_float; break;
        case Kind::i16: loader.function = swap ? i16_to_float_swapped : i16_to_float; break;
        default: loader.function = swap ? f32_to_float_swapped : f32_to_float; break;
    }
    return loader;
}

Loader<double> double_loader(const Source& source) noexcept {
    const bool swap = source.swap;
    Loader<double> loader{nullptr, &source, size_of(source.kind)};
    switch (source.kind) {
        case Kind::u8: loader.function = u8_to_double; break;
        case Kind::i8: loader.function = i8_to_double; break;
        case Kind::u16: loader.function = swap ? u16_to_double_swapped : u16_to_double; break;
        case Kind::i16: loader.function = swap ? i16_to_double_swapped : i16_to_double; break;
        case Kind::u32: loader.function = swap ? u32_to_double_swapped : u32_to_double; break;
        case Kind::i32: loader.function = swap ? i32_to_double_swapped : i32_to_double; break;
        case Kind::u64: loader.function = swap ? u64_to_double_swapped : u64_to_double; break;
        case Kind::i64: loader.function = swap ? i64_to_double_swapped : i64_to_double; break;
        case Kind::f32: loader.function = swap ? f32_to_double_swapped : f32_to_double; break;
        case Kind::f64: loader.function = swap ? f64_to_double_swapped : f64_to_double; break;
    }
    return loader;
}

}  // namespace visiomatic
