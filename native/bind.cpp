// With bind_samples.cpp the only file that knows Python: buffers and attributes in, plain values to the kernel, the GIL
// released.
// Functions that read a raster return False when its bytes went away meanwhile (see guard.h).
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "advise.h"
#include "area.h"
#include "bind.h"
#include "decode.h"
#include "guard.h"
#include "mix.h"
#include "rebin.h"
#include "render.h"
#include "source.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace visiomatic {
namespace {

using Rows = nb::ndarray<float, nb::ndim<2>, nb::device::cpu>;  // rows of a larger array are fine
using Color = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t>;

// Holds the buffer of a raster while the kernel reads it: a memory map can not be closed meanwhile.
class Buffer {
public:
    explicit Buffer(nb::handle data) {
        if (PyObject_GetBuffer(data.ptr(), &view_, PyBUF_SIMPLE) != 0) {
            throw nb::python_error();
        }
    }
    Buffer(Buffer&& other) noexcept : view_(std::exchange(other.view_, Py_buffer{})) {}
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { PyBuffer_Release(&view_); }

    const std::byte* data() const { return static_cast<const std::byte*>(view_.buf); }
    std::size_t size() const { return static_cast<std::size_t>(view_.len); }

private:
    Py_buffer view_ = {};
};

// A blank value that no integer of 64 bits can have is no pixel's value.
std::optional<std::int64_t> blank_of(nb::handle blank) {
    std::int64_t value = 0;
    return !blank.is_none() && nb::try_cast(blank, value) ? std::optional(value) : std::nullopt;
}

Layout layout_of(nb::handle raster) {
    Layout layout;
    const auto kind = kind_of(nb::cast<const char*>(raster.attr("code")), &layout.swap);
    if (!kind) {
        throw nb::value_error("the kernel does not read pixels of this type");
    }
    layout.kind = *kind;
    layout.offset = nb::cast<std::int64_t>(raster.attr("offset"));
    layout.row_stride = nb::cast<std::int64_t>(raster.attr("row_stride"));
    layout.width = nb::cast<std::int64_t>(raster.attr("width"));
    layout.height = nb::cast<std::int64_t>(raster.attr("height"));
    layout.scale = nb::cast<double>(raster.attr("scale"));
    layout.zero = nb::cast<double>(raster.attr("zero"));
    layout.blank = blank_of(raster.attr("blank"));
    return layout;
}

// The pixels of one raster or several, checked, as long as the kernel needs them.
class Pixels {
public:
    explicit Pixels(std::size_t count) {
        buffers_.reserve(count);
        sources_.reserve(count);
    }

    void add(nb::handle raster) {
        const Buffer& buffer = buffers_.emplace_back(raster.attr("data"));
        const auto source = source_of(layout_of(raster), buffer.data(), buffer.size());
        if (!source) {
            throw nb::value_error("the raster is empty or reaches beyond its data");
        }
        if (!sources_.empty() && (source->width != sources_[0].width || source->height != sources_[0].height)) {
            throw nb::value_error("rasters that are mixed must be equally large");
        }
        sources_.push_back(*source);
    }

    const Source& operator[](std::size_t i) const { return sources_[i]; }
    const std::vector<Source>& all() const { return sources_; }

private:
    std::vector<Buffer> buffers_;
    std::vector<Source> sources_;
};

Pixels pixels_of(nb::handle raster) {
    Pixels pixels(1);
    pixels.add(raster);
    return pixels;
}

// The pixels stay where they are until `work` is done: call it with the GIL released, guarded against SIGBUS.
template <class Work>
bool run(const Work& work) {
    const nb::gil_scoped_release released;
    return guarded([&work] { work(); });
}

template <class Array>
void expect_rows(const Array& out, const Source& source, bool halves = false) {
    const std::size_t shift = halves ? 1 : 0;
    if (out.shape(0) != (source.height + shift) >> shift || out.shape(1) != (source.width + shift) >> shift) {
        throw nb::value_error("the output has not the shape of the raster, or of its halves");
    }
}

bool expect_picture(const Output<std::uint8_t, 3>& out, const Source& source, bool halves = false) {
    expect_rows(out, source, halves);
    if (out.shape(2) != 3 && out.shape(2) != 4) {
        throw nb::value_error("a picture has 3 or 4 components");
    }
    return out.shape(2) == 4;
}

Indexing indexing_of(nb::handle table, std::size_t size) {
    Indexing indexing;
    indexing.shift = nb::cast<int>(table.attr("shift"));
    indexing.first = nb::cast<std::int32_t>(table.attr("first"));
    if (size < 1 || size > 65534 || indexing.shift < 1 || indexing.shift > 30 || indexing.first < 0) {
        throw nb::value_error("a table has 1 to 65534 entries, indexed by the leading bits of a positive float");
    }
    indexing.last = static_cast<std::int32_t>(size) - 1;
    return indexing;
}

// A table of bytes with its entry for NaN.
class ByteTable {
public:
    ByteTable() = default;  // linear, where that is allowed
    ByteTable(nb::handle table, std::uint8_t nan) {
        const auto array = nb::cast<Input<std::uint8_t, 1>>(table.attr("values"));
        indexing_ = indexing_of(table, array.size());
        values_.reserve(array.size() + 1);
        values_.assign(array.data(), array.data() + array.size());
        values_.push_back(nan);
    }
    Table<std::uint8_t> view() const { return {indexing_, values_.empty() ? nullptr : values_.data()}; }

private:
    std::vector<std::uint8_t> values_;
    Indexing indexing_;
};

Rgba rgba_of(const Color& color) {
    return {std::get<0>(color), std::get<1>(color), std::get<2>(color), std::get<3>(color)};
}

// A colour map behind a table of bytes.
class ColorTable {
public:
    ColorTable(nb::handle table, std::uint8_t nan_byte, const Input<std::uint8_t, 2>& map, std::optional<Color> nan) {
        if (map.shape(0) != 256 || map.shape(1) != 3) {
            throw nb::value_error("a colour map has shape (256, 3)");
        }
        Rgba colors[256];
        for (std::size_t i = 0; i < 256; ++i) {
            colors[i] = {map.data()[3 * i], map.data()[3 * i + 1], map.data()[3 * i + 2], 255};
        }
        const auto array = nb::cast<Input<std::uint8_t, 1>>(table.attr("values"));
        indexing_ = indexing_of(table, array.size());
        values_.reset(new Rgba[array.size() + 1]);  // not filled in vain
        compose(array.data(), array.size(), colors, values_.get());
        values_[array.size()] = nan ? rgba_of(*nan) : colors[nan_byte];
    }
    Table<Rgba> view() const { return {indexing_, values_.get()}; }

private:
    std::unique_ptr<Rgba[]> values_;
    Indexing indexing_;
};

Cut cut_of(nb::handle tone) {
    return {nb::cast<double>(tone.attr("low")), nb::cast<double>(tone.attr("gain")), nb::cast<double>(tone.attr("bias"))};
}

bool decode_into(nb::handle raster, nb::ndarray<nb::ndim<2>, nb::device::cpu, nb::c_contig> out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    expect_rows(out, source);
    if (out.dtype() == nb::dtype<float>()) {
        return run([&] { decode(source, static_cast<float*>(out.data())); });
    }
    if (out.dtype() == nb::dtype<double>()) {
        return run([&] { decode(source, static_cast<double*>(out.data())); });
    }
    throw nb::type_error("pixels are decoded to float32 or float64");
}

bool copy_numbers_into(nb::handle raster, nb::ndarray<nb::ndim<2>, nb::device::cpu, nb::c_contig> out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    expect_rows(out, source);
    if (out.itemsize() != size_of(source.kind)) {
        throw nb::type_error("the output has not the size of the stored numbers");
    }
    return run([&] { copy_numbers(source, static_cast<std::byte*>(out.data())); });
}

bool find_blanks_into(nb::handle raster, Output<bool, 2> out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    expect_rows(out, source);
    return run([&] { find_blanks(source, reinterpret_cast<std::uint8_t*>(out.data())); });
}

void prefetch_pixels(nb::handle raster) {
    const Pixels pixels = pixels_of(raster);
    const nb::gil_scoped_release released;
    will_need(pixels[0]);
}

bool rebin_into(nb::handle raster, int factor, Rows out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    if (factor != 2 && factor != 4) {
        throw nb::value_error("pixels are averaged in blocks of 2 or 4");
    }
    const std::size_t block = static_cast<std::size_t>(factor);
    if (out.shape(0) != (source.height + block - 1) / block || out.shape(1) != (source.width + block - 1) / block ||
        (out.shape(1) > 1 && out.stride(1) != 1) || (out.shape(0) > 1 && out.stride(0) < static_cast<std::int64_t>(out.shape(1)))) {
        throw nb::value_error("the output has not the shape of the means, or its rows are not contiguous");
    }
    const std::size_t row_length = out.shape(0) > 1 ? static_cast<std::size_t>(out.stride(0)) : out.shape(1);
    return run([&] { (factor == 2 ? rebin2 : rebin4)(source, out.data(), row_length); });
}

Cells cells_of(const Input<std::int32_t, 1>& first, const Input<float, 2>& weights, std::size_t size) {
    const Cells cells{first.size(), weights.shape(1), first.data(), weights.data()};
    if (weights.shape(0) != cells.count || !are_inside(cells, size)) {
        throw nb::value_error("each cell needs weights of pixels that are there");
    }
    return cells;
}

bool area_mean_into(nb::handle raster, bool halves, Input<std::int32_t, 1> left, Input<float, 2> across,
                    Input<std::int32_t, 1> top, Input<float, 2> down, Output<float, 2> out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    const std::size_t shift = halves ? 1 : 0;
    const Cells columns = cells_of(left, across, (source.width + shift) >> shift);
    const Cells rows = cells_of(top, down, (source.height + shift) >> shift);
    if (out.shape(0) != rows.count || out.shape(1) != columns.count) {
        throw nb::value_error("the output has not the shape of the cells");
    }
    std::vector<float> room(area_room(source.width));
    return run([&] { area_mean(source, halves, columns, rows, room.data(), out.data()); });
}

bool render_grey_into(nb::handle raster, bool halves, nb::handle tone, Output<std::uint8_t, 2> out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    expect_rows(out, source, halves);
    const ByteTable table(tone.attr("table"), nb::cast<std::uint8_t>(tone.attr("nan")));
    const Cut cut = cut_of(tone);
    return run([&] { render_grey(source, halves, cut, table.view(), out.data()); });
}

bool render_colors_into(nb::handle raster, bool halves, nb::handle tone, Input<std::uint8_t, 2> colors,
                        std::optional<Color> nan, Output<std::uint8_t, 3> out) {
    const Pixels pixels = pixels_of(raster);
    const Source& source = pixels[0];
    const bool alpha = expect_picture(out, source, halves);
    const ColorTable table(tone.attr("table"), nb::cast<std::uint8_t>(tone.attr("nan")), colors, nan);
    const Cut cut = cut_of(tone);
    return run([&] { render_colors(source, halves, cut, table.view(), alpha, out.data()); });
}

// The channels of a mix with all that they refer to.
struct Mixture {
    Pixels pixels;
    std::vector<Channel> channels;
    std::vector<Input<float, 1>> curves;

    Mixture(nb::sequence rasters, nb::sequence tones, const Input<float, 2>& matrix) : pixels(nb::len(rasters)) {
        const std::size_t count = nb::len(rasters);
        if (count == 0 || nb::len(tones) != count || matrix.shape(0) != count || matrix.shape(1) != 3) {
            throw nb::value_error("a mix needs a tone and a row of 3 weights for each raster");
        }
        curves.reserve(count);
        for (std::size_t c = 0; c < count; ++c) {
            pixels.add(rasters[c]);
            channels.push_back(channel_of(tones[c], matrix.data() + 3 * c));
        }
    }

private:
    Channel channel_of(nb::handle tone, const float* weights) {
        Channel channel;
        channel.cut = cut_of(tone);
        std::copy_n(weights, 3, channel.weights);
        const nb::object curve = tone.attr("curve");
        if (!curve.is_none()) {
            const auto& values = curves.emplace_back(nb::cast<Input<float, 1>>(curve.attr("values")));
            channel.curve = {indexing_of(curve, values.size()), values.data()};
        }
        return channel;
    }
};

Finish finish_of(const ByteTable& table, std::optional<Color> nan, bool alpha) {
    return {table.view(), alpha, nan.has_value(), nan ? rgba_of(*nan) : Rgba{}};
}

bool mix_into(nb::sequence rasters, nb::sequence tones, Input<float, 2> matrix, nb::handle table, bool clip,
              std::optional<Color> nan, Output<std::uint8_t, 3> out) {
    const Mixture mixture(rasters, tones, matrix);
    const ByteTable bytes = table.is_none() ? ByteTable() : ByteTable(table, 0);
    const Finish finish = finish_of(bytes, nan, expect_picture(out, mixture.pixels[0]));
    Mixer mixer(mixture.pixels.all(), mixture.channels, finish);
    return run([&] { mixer.mix(clip, out.data()); });
}

bool lupton_into(nb::sequence rasters, nb::sequence tones, Input<float, 2> matrix, float soften, float slope,
                 nb::handle table, std::optional<Color> nan, Output<std::uint8_t, 3> out) {
    const Mixture mixture(rasters, tones, matrix);
    const ByteTable bytes = table.is_none() ? ByteTable() : ByteTable(table, 0);
    const Finish finish = finish_of(bytes, nan, expect_picture(out, mixture.pixels[0]));
    Mixer mixer(mixture.pixels.all(), mixture.channels, finish);
    return run([&] { mixer.lupton({soften, slope}, out.data()); });
}

}  // namespace
}  // namespace visiomatic

NB_MODULE(_kernel, m) {
    using namespace visiomatic;
    m.def("decode", &decode_into, "raster"_a, filled("out"));
    m.def("copy_numbers", &copy_numbers_into, "raster"_a, filled("out"));
    m.def("find_blanks", &find_blanks_into, "raster"_a, filled("out"));
    m.def("prefetch", &prefetch_pixels, "raster"_a);
    m.def("rebin", &rebin_into, "raster"_a, "factor"_a, filled("out"));
    m.def("area_mean", &area_mean_into, "raster"_a, "halves"_a, "left"_a, "across"_a, "top"_a, "down"_a, filled("out"));
    m.def("render_grey", &render_grey_into, "raster"_a, "halves"_a, "tone"_a, filled("out"));
    m.def("render_colors", &render_colors_into, "raster"_a, "halves"_a, "tone"_a, "colors"_a, "nan"_a.none(),
          filled("out"));
    m.def("mix", &mix_into, "rasters"_a, "tones"_a, "matrix"_a, "table"_a.none(), "clip"_a, "nan"_a.none(), filled("out"));
    m.def("lupton", &lupton_into, "rasters"_a, "tones"_a, "matrix"_a, "soften"_a, "slope"_a, "table"_a.none(), "nan"_a.none(),
          filled("out"));
    bind_samples(m);
}
