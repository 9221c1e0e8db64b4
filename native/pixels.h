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

// Stores of four bytes for pixels of `depth` bytes: with three, the last is overwritten by the next pixel. Four at a
// time, because the loop itself is what takes the time here.
template <std::size_t depth, class Color>
inline void write_pixels(std::uint8_t* pixels, std::size_t n, Color color) noexcept {
    constexpr std::size_t pack = 4;
    std::size_t i = 0;
    for (; i + pack < n; i += pack) {
        for (std::size_t k = 0; k < pack; ++k) {
            const Rgba pixel = color(i + k);
            std::memcpy(pixels + depth * (i + k), &pixel, sizeof(pixel));
        }
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

// Eight bytes are gathered in a register and stored at once: a quarter faster than one by one.
inline void look_up(const std::uint16_t* entries, std::size_t n, const std::uint8_t* values, std::uint8_t* pixels) noexcept {
    constexpr std::size_t pack = sizeof(std::uint64_t);
    std::size_t i = 0;
    for (; i + pack <= n; i += pack) {
        std::uint8_t packed[pack];
        for (std::size_t k = 0; k < pack; ++k) {
            packed[k] = values[entries[i + k]];
        }
        std::memcpy(pixels + i, packed, pack);
    }
    for (; i < n; ++i) {
        pixels[i] = values[entries[i]];
    }
}

// An opaque pixel, put together in a register
VISIOMATIC_INLINE std::uint32_t packed_bits(std::uint32_t red, std::uint32_t green, std::uint32_t blue) noexcept {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return red | green << 8 | blue << 16 | 0xFF000000U;
#else
    return red << 24 | green << 16 | blue << 8 | 0xFFU;
#endif
}

VISIOMATIC_INLINE Rgba packed(std::uint32_t red, std::uint32_t green, std::uint32_t blue) noexcept {
    return bit_cast<Rgba>(packed_bits(red, green, blue));
}

}  // namespace visiomatic
