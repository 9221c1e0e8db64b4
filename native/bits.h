// Reading numbers out of unaligned bytes of either order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "clones.h"

namespace visiomatic {

template <class To, class From>
VISIOMATIC_INLINE To bit_cast(From from) noexcept {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(static_cast<void*>(&to), &from, sizeof(To));
    return to;
}

VISIOMATIC_INLINE std::uint8_t swapped(std::uint8_t bits) noexcept { return bits; }
VISIOMATIC_INLINE std::uint16_t swapped(std::uint16_t bits) noexcept { return __builtin_bswap16(bits); }
VISIOMATIC_INLINE std::uint32_t swapped(std::uint32_t bits) noexcept { return __builtin_bswap32(bits); }
VISIOMATIC_INLINE std::uint64_t swapped(std::uint64_t bits) noexcept { return __builtin_bswap64(bits); }

template <class Bits, bool swap>
VISIOMATIC_INLINE Bits bits_at(const std::byte* bytes, std::size_t i) noexcept {
    Bits bits;
    std::memcpy(&bits, bytes + i * sizeof(Bits), sizeof(Bits));
    return swap ? swapped(bits) : bits;
}

// A function of i: float i among the bytes
template <bool swap>
VISIOMATIC_INLINE auto floats_at(const std::byte* bytes) noexcept {
    return [bytes](std::size_t i) { return bit_cast<float>(bits_at<std::uint32_t, swap>(bytes, i)); };
}

// By their bits, because comparisons of floats do not become such quick code
VISIOMATIC_INLINE bool are_finite(const float* numbers, std::size_t n) noexcept {
    constexpr std::uint32_t exponent = 0x7F800000;
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < n; ++i) {
        found |= static_cast<std::uint32_t>((bit_cast<std::uint32_t>(numbers[i]) & exponent) == exponent);
    }
    return found == 0;
}

}  // namespace visiomatic
