#include "area.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "bits.h"
#include "clones.h"
#include "decode.h"
#include "pixels.h"
#include "rebin.h"

namespace visiomatic {
namespace {

constexpr float no_value = std::numeric_limits<float>::quiet_NaN();
constexpr float least_cover = 1e-6F;  // of a cell: less is rounding

template <bool swap>
VISIOMATIC_INLINE void add(const std::byte* floats, std::size_t n, float weight, bool first, float* sum) noexcept {
    const auto number_at = floats_at<swap>(floats);
    if (first) {
        for (std::size_t i = 0; i < n; ++i) {
            sum[i] = weight * number_at(i);
        }
        return;
    }
    for (std::size_t i = 0; i < n; ++i) {
        sum[i] += weight * number_at(i);
    }
}

VISIOMATIC_CLONED void add_floats(const std::byte* floats, std::size_t n, float weight, bool first, float* sum) {
    add<false>(floats, n, weight, first, sum);
}

VISIOMATIC_CLONED void add_swapped(const std::byte* floats, std::size_t n, float weight, bool first, float* sum) {
    add<true>(floats, n, weight, first, sum);
}

VISIOMATIC_CLONED void add_finite(const float* row, std::size_t n, float weight, float* sum, float* cover) {
    for (std::size_t i = 0; i < n; ++i) {
        const bool counts = std::fabs(row[i]) <= std::numeric_limits<float>::max();
        sum[i] += counts ? weight * row[i] : 0.0F;
        cover[i] += counts ? weight : 0.0F;
    }
}

VISIOMATIC_CLONED bool is_whole(const float* sum, std::size_t n) { return are_finite(sum, n); }

using Four = float __attribute__((vector_size(16)));

VISIOMATIC_INLINE Four four_at(const float* numbers) noexcept {
    Four four;
    std::memcpy(&four, numbers, sizeof(four));
    return four;
}

VISIOMATIC_INLINE Four sums_of_pairs(Four a, Four b) noexcept {
    return Four{a[0], a[2], b[0], b[2]} + Four{a[1], a[3], b[1], b[3]};
}

// Four cells at a time, at least so many, on four pixels each; the last four may overlap those before them.
void sum_cells_of_four(const float* row, const Cells& columns, float* out) noexcept {
    for (std::size_t next = 0; next < columns.count; next += 4) {
        const std::size_t i = std::min(next, columns.count - 4);
        const auto products = [&](std::size_t k) {
            return four_at(row + columns.first[i + k]) * four_at(columns.weights + 4 * (i + k));
        };
        const Four sums = sums_of_pairs(sums_of_pairs(products(0), products(1)), sums_of_pairs(products(2), products(3)));
        std::memcpy(out + i, &sums, sizeof(sums));
    }
}

void sum_cells_of_any_size(const float* row, const Cells& columns, float* out) noexcept {
    for (std::size_t i = 0; i < columns.count; ++i) {
        const float* const pixels = row + columns.first[i];
        const float* const weights = columns.weights + i * columns.taps;
        float sum = 0.0F;
        for (std::size_t k = 0; k < columns.taps; ++k) {
            sum += weights[k] * pixels[k];
        }
        out[i] = sum;
    }
}

void sum_columns(const float* row, const Cells& columns, float* out) {
    const bool fits = columns.taps == 4 && columns.count >= 4;
    (fits ? sum_cells_of_four : sum_cells_of_any_size)(row, columns, out);
}

// Rows of physical values, made when they are asked for; the last one is kept, for it often lies in two rows of cells.
class Rows {
public:
    Rows(const Source& source, bool halves, float* row) noexcept
        : decoded_(source), halved_(source), find_pages_(source), source_(&source), halves_(halves),
          is_direct_(!halves && source.kind == Kind::f32 && !source.is_scaled()), row_(row) {}

    std::size_t width() const noexcept { return halves_ ? (source_->width + 1) / 2 : source_->width; }

    const float* operator()(std::size_t y) noexcept {
        if (y != held_) {
            held_ = y;
            halves_ ? halve(2 * y) : decode_row(y);
        }
        return row_;
    }

    // sum += weight * row y, or = for the first one. Stored floats are added as they are read.
    void add(std::size_t y, float weight, bool first, float* sum) noexcept {
        if (is_direct_) {
            find_pages_(y);
            for_each_part(*source_, y, [=](std::size_t x, std::size_t n) {
                (source_->swap ? add_swapped : add_floats)(source_->row(y) + 4 * x, n, weight, first, sum + x);
            });
        } else {
            add_floats(reinterpret_cast<const std::byte*>((*this)(y)), width(), weight, first, sum);
        }
    }

private:
    void decode_row(std::size_t y) noexcept {
        find_pages_(y);
        for_each_part(*source_, y, [&](std::size_t x, std::size_t n) { decoded_(y, x, n, row_ + x); });
    }

    void halve(std::size_t y) noexcept {
        find_pages_(y);
        halved_(y, 0, source_->width, row_);
    }

    RowDecoder decoded_;
    RowHalver halved_;
    PageFinder find_pages_;
    const Source* source_;
    bool halves_, is_direct_;
    float* row_;
    std::size_t held_ = std::numeric_limits<std::size_t>::max();
};

// Which pixels of one axis a cell lies on.
struct Cell {
    std::size_t first;
    std::size_t taps;
    const float* weights;
};

void sum_all(Rows& rows, const Cell& cell, float* sum) noexcept {
    bool started = false;
    for (std::size_t k = 0; k < cell.taps; ++k) {
        if (cell.weights[k] > 0.0F) {
            rows.add(cell.first + k, cell.weights[k], !started, sum);
            started = true;
        }
    }
}

void sum_finite(Rows& rows, const Cell& cell, float* sum, float* cover) noexcept {
    std::fill_n(sum, rows.width(), 0.0F);
    std::fill_n(cover, rows.width(), 0.0F);
    for (std::size_t k = 0; k < cell.taps; ++k) {
        if (cell.weights[k] > 0.0F) {
            add_finite(rows(cell.first + k), rows.width(), cell.weights[k], sum, cover);
        }
    }
}

void average_columns(const float* sum, const float* cover, const Cells& columns, float* out) noexcept {
    for (std::size_t i = 0; i < columns.count; ++i) {
        const Cell cell{static_cast<std::size_t>(columns.first[i]), columns.taps, columns.weights + i * columns.taps};
        float total = 0.0F, covered = 0.0F;
        for (std::size_t k = 0; k < cell.taps; ++k) {
            total += cell.weights[k] * sum[cell.first + k];
            covered += cell.weights[k] * cover[cell.first + k];
        }
        out[i] = covered > least_cover ? total / covered : no_value;
    }
}

}  // namespace

bool are_inside(const Cells& cells, std::size_t size) noexcept {
    return cells.count > 0 && cells.taps > 0 && std::all_of(cells.first, cells.first + cells.count, [&](std::int32_t pixel) {
        return pixel >= 0 && static_cast<std::size_t>(pixel) + cells.taps <= size;
    });
}

void area_mean(const Source& source, bool halves, const Cells& columns, const Cells& rows, float* room, float* out) noexcept {
    Rows lines(source, halves, room);
    float* const sum = room + source.width;
    float* const cover = sum + source.width;
    for (std::size_t y = 0; y < rows.count; ++y, out += columns.count) {
        const Cell cell{static_cast<std::size_t>(rows.first[y]), rows.taps, rows.weights + y * rows.taps};
        if (cell.weights[0] != cell.weights[0]) {
            std::fill_n(out, columns.count, no_value);
            continue;
        }
        sum_all(lines, cell, sum);
        if (is_whole(sum, lines.width())) {
            sum_columns(sum, columns, out);
        } else {
            sum_finite(lines, cell, sum, cover);
            average_columns(sum, cover, columns, out);
        }
    }
}

}  // namespace visiomatic
