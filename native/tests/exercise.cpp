// Runs every function of the kernel on random data, for the sanitizers: buffers have exactly the size that is needed.
// Ends with 0 when the results also keep a few promises.
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "advise.h"
#include "area.h"
#include "decode.h"
#include "guard.h"
#include "mix.h"
#include "rebin.h"
#include "render.h"
#include "source.h"
#include "statistics.h"
#include "tables.h"

using namespace visiomatic;

namespace {

#define EXPECT(condition)                                                     \
    do {                                                                      \
        if (!(condition)) {                                                   \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            std::exit(1);                                                     \
        }                                                                     \
    } while (false)

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

double any_number(Random& random) {
    static const double special[] = {0, -0.0, 1, -1, 1e-300, 1e300, 3.4e38, -3.4e38, 1e-45, INFINITY, -INFINITY, NAN};
    if (below(random, 3) == 0) {
        return special[below(random, 12)];
    }
    return std::normal_distribution<double>(0, std::pow(10.0, static_cast<double>(below(random, 12))))(random);
}

const char* any_code(Random& random) {
    static const char* const codes[] = {">u1", ">i1", ">u2", ">i2", ">u4", ">i4", ">u8", ">i8", ">f4", ">f8",
                                        "<u1", "<i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8"};
    return codes[below(random, 20)];
}

// A picture in a block of memory without a byte to spare.
struct Image {
    std::unique_ptr<std::byte[]> bytes;
    Source source;

    Image(Random& random, std::size_t width, std::size_t height) {
        Layout layout;
        layout.kind = *kind_of(any_code(random), &layout.swap);
        const std::size_t gap = below(random, 4), row = width * size_of(layout.kind) + gap, length = row * height - gap;
        bytes.reset(new std::byte[length]);
        for (std::size_t i = 0; i < length; ++i) {
            bytes[i] = static_cast<std::byte>(random());
        }
        const bool upside_down = below(random, 2) == 0;
        layout.width = static_cast<std::int64_t>(width);
        layout.height = static_cast<std::int64_t>(height);
        layout.offset = upside_down ? static_cast<std::int64_t>(row * (height - 1)) : 0;
        layout.row_stride = upside_down ? -static_cast<std::int64_t>(row) : static_cast<std::int64_t>(row);
        if (below(random, 2) == 0) {
            layout.scale = any_number(random);
            layout.zero = any_number(random);
        } else if (below(random, 2) == 0) {
            layout.zero = std::ldexp(1.0, static_cast<int>(8 * size_of(layout.kind)) - 1);
        }
        if (below(random, 2) == 0) {
            layout.blank = static_cast<std::int64_t>(below(random, 400)) - 200;
        }
        const auto found = source_of(layout, bytes.get(), length);
        EXPECT(found.has_value());
        EXPECT(!source_of(layout, bytes.get(), length - 1));
        source = *found;
    }
};

struct Size {
    std::size_t width, height;
};

Size any_size(Random& random) {
    switch (below(random, 4)) {
        case 0: return {1 + below(random, 9), 1 + below(random, 9)};
        case 1: return {1020 + below(random, 10), 1 + below(random, 5)};
        case 2: return {120 + below(random, 20), 1 + below(random, 40)};
        default: return {1 + below(random, 300), 1 + below(random, 30)};
    }
}

Cut any_cut(Random& random) { return {any_number(random), any_number(random), any_number(random)}; }

Indexing any_indexing(Random& random) {
    const int shift = 4 + static_cast<int>(below(random, 18));
    const std::int32_t last = static_cast<std::int32_t>(below(random, 5000));
    return {shift, std::max(0, (0x3F800000 >> shift) - last), last};
}

template <class Value>
std::unique_ptr<Value[]> room_for(std::size_t n) {
    return std::unique_ptr<Value[]>(new Value[n]);
}

void exercise_numbers(const Source& source) {
    const std::size_t n = source.width * source.height;
    const auto floats = room_for<float>(n);
    const auto doubles = room_for<double>(n);
    const auto bytes = room_for<std::byte>(n * size_of(source.kind));
    const auto blanks = room_for<std::uint8_t>(n);
    decode(source, floats.get());
    decode(source, doubles.get());
    copy_numbers(source, bytes.get());
    find_blanks(source, blanks.get());
    will_need(source);
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT(blanks[i] == 0 || std::isnan(doubles[i]));
    }
}

void exercise_means(const Source& source) {
    const std::size_t w2 = (source.width + 1) / 2, h2 = (source.height + 1) / 2, w4 = (w2 + 1) / 2, h4 = (h2 + 1) / 2;
    const auto halves = room_for<float>(w2 * h2), quarters = room_for<float>(w4 * h4), twice = room_for<float>(w4 * h4);
    rebin2(source, halves.get(), w2);
    rebin4(source, quarters.get(), w4);
    Source between;
    between.origin = reinterpret_cast<const std::byte*>(halves.get());
    between.row_stride = static_cast<std::ptrdiff_t>(w2 * sizeof(float));
    between.width = w2;
    between.height = h2;
    between.kind = Kind::f32;
    rebin2(between, twice.get(), w4);
    for (std::size_t i = 0; i < w4 * h4; ++i) {
        EXPECT(quarters[i] == twice[i] || (std::isnan(quarters[i]) && std::isnan(twice[i])));
    }
}

// Cells anywhere on an axis, some beside it, in arrays without an entry to spare.
struct Grid {
    std::vector<std::int32_t> first;
    std::vector<float> weights;
    Cells cells;

    Grid(Random& random, std::size_t size) : first(1 + below(random, 50)) {
        const std::size_t taps = 1 + below(random, std::min<std::size_t>(size, 5));
        weights.assign(first.size() * taps, 1.0F / static_cast<float>(taps));
        for (std::size_t i = 0; i < first.size(); ++i) {
            first[i] = static_cast<std::int32_t>(below(random, size - taps + 1));
            if (below(random, 9) == 0) {
                std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(i * taps), taps, NAN);
            }
        }
        cells = {first.size(), taps, first.data(), weights.data()};
    }
};

void exercise_areas(const Source& source, Random& random) {
    const bool halves = below(random, 2) == 0;
    const std::size_t shift = halves ? 1 : 0;
    const Grid columns(random, (source.width + shift) >> shift), rows(random, (source.height + shift) >> shift);
    const auto room = room_for<float>(area_room(source.width)), out = room_for<float>(rows.first.size() * columns.first.size());
    area_mean(source, halves, columns.cells, rows.cells, room.get(), out.get());
    for (std::size_t i = 0; i < rows.first.size() * columns.first.size(); ++i) {
        EXPECT(std::isnan(out[i]) || std::isfinite(out[i]) || size_of(source.kind) >= 4 || source.is_scaled());
    }
}

void exercise_pictures(const Source& source, Random& random) {
    const std::size_t n = source.width * source.height;
    const Indexing indexing = any_indexing(random);
    const std::size_t entries = static_cast<std::size_t>(indexing.last) + 2;
    const auto bytes = room_for<std::uint8_t>(entries);
    const auto colors = room_for<Rgba>(entries);
    Rgba map[256];
    for (std::size_t i = 0; i < entries; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i);
    }
    for (std::size_t i = 0; i < 256; ++i) {
        map[i] = {static_cast<std::uint8_t>(i), 0, 0, 255};
    }
    compose(bytes.get(), entries, map, colors.get());
    const Cut cut = any_cut(random);
    const auto grey = room_for<std::uint8_t>(n), rgb = room_for<std::uint8_t>(3 * n), rgba = room_for<std::uint8_t>(4 * n);
    for (const bool halves : {false, true}) {
        const std::size_t count = halves ? (source.width + 1) / 2 * ((source.height + 1) / 2) : n;
        render_grey(source, halves, cut, {indexing, bytes.get()}, grey.get());
        render_colors(source, halves, cut, {indexing, colors.get()}, false, rgb.get());
        render_colors(source, halves, cut, {indexing, colors.get()}, true, rgba.get());
        for (std::size_t i = 0; i < count; ++i) {
            EXPECT(rgb[3 * i] == grey[i] && rgba[4 * i] == grey[i] && rgba[4 * i + 3] == 255);
        }
    }
}

void exercise_mix(Random& random) {
    const Size size = any_size(random);
    std::vector<Image> images;
    std::vector<Source> sources;
    std::vector<Channel> channels;
    const Indexing indexing = any_indexing(random);
    const auto curve = room_for<float>(static_cast<std::size_t>(indexing.last) + 1);
    std::fill_n(curve.get(), indexing.last + 1, 0.5F);
    for (std::size_t c = 0, count = 1 + below(random, 6); c < count; ++c) {
        sources.push_back(images.emplace_back(random, size.width, size.height).source);
        Channel& channel = channels.emplace_back();
        channel.cut = any_cut(random);
        channel.weights[c % 3] = static_cast<float>(any_number(random));
        if (below(random, 2) == 0) {
            channel.curve = {indexing, curve.get()};
        }
    }
    const auto bytes = room_for<std::uint8_t>(static_cast<std::size_t>(indexing.last) + 1);
    Finish finish;
    finish.table = {indexing, below(random, 3) == 0 ? nullptr : bytes.get()};
    std::fill_n(bytes.get(), indexing.last + 1, std::uint8_t{7});
    finish.alpha = below(random, 2) == 0;
    finish.draws_nan = below(random, 2) == 0;
    const auto out = room_for<std::uint8_t>(size.width * size.height * (finish.alpha ? 4 : 3));
    Mixer mixer(sources, channels, finish);
    mixer.mix(below(random, 2) == 0, out.get());
    mixer.lupton({static_cast<float>(any_number(random)), static_cast<float>(any_number(random))}, out.get());
}

void exercise_tables(Random& random) {
    const std::size_t n = 1 + below(random, 500);
    const auto curve = room_for<float>(n), scaled = room_for<float>(n);
    const auto steps = room_for<double>(step_count);
    const auto bytes = room_for<std::uint8_t>(n);
    for (std::size_t i = 0; i < n; ++i) {
        curve[i] = static_cast<float>(i) / static_cast<float>(n);
    }
    const double low = static_cast<double>(below(random, 100)) / 50 - 1;
    for (std::size_t k = 0; k < step_count; ++k) {
        steps[k] = low + static_cast<double>(k) / 200;
    }
    climb(curve.get(), n, steps.get(), 0.1 + static_cast<double>(below(random, 40)) / 10, low / 2, bytes.get());
    for (std::size_t i = 2; i < n; ++i) {
        EXPECT(bytes[i - 1] <= bytes[i]);
    }
    const float gain = static_cast<float>(any_number(random)), offset = static_cast<float>(any_number(random));
    contrast(curve.get(), n, gain, offset, bytes.get());
    contrast(curve.get(), n, gain, offset, scaled.get());
}

void exercise_statistics(Random& random) {
    std::vector<float> sample(below(random, 3000));
    for (float& value : sample) {
        value = static_cast<float>(any_number(random));
    }
    const Summary summary = summarize(sample.data(), sample.size());
    EXPECT(summary.count + summary.nan <= static_cast<std::int64_t>(sample.size()));
    background_mad(sample.data(), sample.size());
    zscale(sample.data(), sample.size(), 0.25, 1 + below(random, 1000));
    std::vector<std::int64_t> counts(1 + below(random, 50) + 3);
    histogram(sample.data(), sample.size(), -10, 1000, counts.size() - 3, counts.data());
    std::int64_t total = 0;
    for (const std::int64_t count : counts) {
        total += count;
    }
    EXPECT(total == static_cast<std::int64_t>(sample.size()));
}

void exercise_refusals(Random& random) {
    Layout layout;
    std::byte bytes[64] = {};
    const std::int64_t extremes[] = {0, 1, -1, 8, 64, INT64_MAX, INT64_MIN, INT64_MAX / 2};
    for (std::int64_t* field : {&layout.offset, &layout.row_stride, &layout.width, &layout.height}) {
        *field = extremes[below(random, 8)];
    }
    layout.kind = *kind_of(any_code(random), &layout.swap);
    const auto source = source_of(layout, bytes, sizeof(bytes));
    if (source && source->height <= sizeof(bytes)) {  // with a stride of 0, any height is inside
        std::vector<double> out(source->width * source->height);
        decode(*source, out.data());
    }
}

void exercise(std::uint64_t seed, int rounds) {
    Random random(seed);
    for (int round = 0; round < rounds; ++round) {
        const Size size = any_size(random);
        const Image image(random, size.width, size.height);
        exercise_numbers(image.source);
        exercise_means(image.source);
        exercise_areas(image.source, random);
        exercise_pictures(image.source, random);
        exercise_mix(random);
        exercise_tables(random);
        exercise_statistics(random);
        exercise_refusals(random);
    }
}

// A file that shrinks under its map is noticed, in each thread by itself.
void lose_a_file() {
    char name[] = "/tmp/visiomatic-exercise-XXXXXX";
    const int file = mkstemp(name);
    constexpr std::size_t side = 256, length = side * side;
    EXPECT(file >= 0 && unlink(name) == 0 && ftruncate(file, length) == 0);
    void* const map = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file, 0);
    EXPECT(map != MAP_FAILED);
    Layout layout;
    layout.width = layout.height = layout.row_stride = side;
    const Source source = *source_of(layout, static_cast<const std::byte*>(map), length);
    std::vector<float> out(length);
    EXPECT(guarded([&] { decode(source, out.data()); }));
    EXPECT(ftruncate(file, 100) == 0);
    for (int i = 0; i < 100; ++i) {
        EXPECT(!guarded([&] { decode(source, out.data()); }));
    }
    munmap(map, length);
    close(file);
}

}  // namespace

int main(int count, char** words) {
    const int rounds = count > 1 ? std::atoi(words[1]) : 100;
    std::vector<std::thread> threads;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        threads.emplace_back([=] {
            exercise(seed, rounds);
            lose_a_file();
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::puts("every function ran");
    return 0;
}
