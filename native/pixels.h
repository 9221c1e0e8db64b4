// Walking over a source span by span, and writing pixels of three or four bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "bits.h"
#include "load.h"
#include "prefetch.h"
#include "render.h"

namespace visiomatic {

// Calls work(x, n) for parts of row y, asking for the same part of a later row before each.
template <class Work>
VISIOMATIC_INLINE void for_each_part(const Source& source, std::size_t y, Work work) noexcept {
    constexpr std::size_t part_length = 256;
    for (std::size_t x = 0; x < source.width; x += part_length) {
        const std::size_t n = std::min(part_length, source.width - x);
        prefetch_part(source, y + rows_ahead, x, n);
        work(x, n);
    }
}

// Calls work(y, x, n) for parts of all rows; n <= span_length.
template <class Work>
VISIOMATIC_INLINE void for_each_span(const Source& source, Work work) noexcept {
    PageFinder find_pages(source);
    for (std::size_t y = 0; y < source.height; ++y) {
        find_pages(y);
        for_each_part(source, y, [&](std::size_t x, std::size_t n) { work(y, x, n); });
    }
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr bool is_little_endian = true;
#else
constexpr bool is_little_endian = false;
#endif

// Eight pixels of three bytes are put together in three registers: stores, one in a cycle, would take longer. Returns how
// many of n are written.
template <class Color>
VISIOMATIC_INLINE std::size_t write_packs(std::uint8_t* pixels, std::size_t n, Color color) noexcept {
    constexpr std::size_t pack = 8;
    std::size_t i = 0;
    for (; i + pack <= n; i += pack) {
        const auto rgb = [&](std::size_t k) -> std::uint64_t { return bit_cast<std::uint32_t>(color(i + k)) & 0xFFFFFFU; };
        const std::uint64_t third = rgb(2), sixth = rgb(5);
        const auto store = [at = pixels + 3 * i](std::size_t k, std::uint64_t word) { std::memcpy(at + 8 * k, &word, 8); };
        store(0, rgb(0) | rgb(1) << 24 | third << 48);
        store(1, third >> 16 | rgb(3) << 8 | rgb(4) << 32 | sixth << 56);
        store(2, sixth >> 8 | rgb(6) << 16 | rgb(7) << 40);
    }
    return i;
}

// Pixels of `depth` bytes: of three, their alpha is left out.
template <std::size_t depth, class Color>
inline void write_pixels(std::uint8_t* pixels, std::size_t n, Color color) noexcept {
    std::size_t i = 0;
    if constexpr (depth == 3 && is_little_endian) {
        i = write_packs(pixels, n, color);
    }
    for (; i < n; ++i) {
        const Rgba pixel = color(i);
        std::memcpy(pixels + depth * i, &pixel, depth);
    }
}

template <class Color>
inline void write_pixels(std::uint8_t* pixels, std::size_t n, bool alpha, Color color) noexcept {
    if (alpha) {
        write_pixels<4>(pixels, n, color);
    } else {
        write_pixels<3>(pixels, n, color);
    }
}

// out[i] = values[entries[i]]. Several are gathered in a register and stored at once: a quarter faster than one by one.
template <class Entry, class Value>
VISIOMATIC_INLINE void look_up(const Entry* entries, std::size_t n, const Value* values, Value* out) noexcept {
    constexpr std::size_t pack = sizeof(Value) == 1 ? 8 : 4;
    std::size_t i = 0;
    for (; i + pack <= n; i += pack) {
        Value packed[pack];
        for (std::size_t k = 0; k < pack; ++k) {
            packed[k] = values[entries[i + k]];
        }
        std::memcpy(out + i, packed, sizeof(packed));
    }
    for (; i < n; ++i) {
        out[i] = values[entries[i]];
    }
}

// An opaque pixel, put together in a register
VISIOMATIC_INLINE std::uint32_t packed_bits(std::uint32_t red, std::uint32_t green, std::uint32_t blue) noexcept {
    return is_little_endian ? red | green << 8 | blue << 16 | 0xFF000000U : red << 24 | green << 16 | blue << 8 | 0xFFU;
}

VISIOMATIC_INLINE Rgba packed(std::uint32_t red, std::uint32_t green, std::uint32_t blue) noexcept {
    return bit_cast<Rgba>(packed_bits(red, green, blue));
}

}  // namespace visiomatic
