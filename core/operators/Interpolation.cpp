// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/LinearMap.h"

#include <algorithm>
#include <array>
#include <cmath>

/// Larger and smaller images: every element of the output is a weighted mean of elements near it, so a linear map.
namespace formulens {

namespace {

using Extents = std::vector<std::int64_t>;

struct Tap
{
    std::int64_t source;
    double weight;
};
/// Of one axis: what each output position reads. An empty list stands for a fill from outside.
using AxisTaps = std::vector<std::vector<Tap>>;

/// How a position of the output lies in the input, and what it takes from there.
struct Method
{
    std::string mode = "nearest";
    std::string coordinates = "half_pixel";
    std::string rounding = "round_prefer_floor";
    double cubic = -0.75;
    bool excludesOutside = false;

    static Method of(const NodeContext& node)
    {
        Method method;
        method.mode = node.text("mode", "nearest");
        method.coordinates = node.text("coordinate_transformation_mode", "half_pixel");
        method.rounding = node.text("nearest_mode", "round_prefer_floor");
        method.cubic = node.number("cubic_coeff_a", -0.75);
        method.excludesOutside = node.flag("exclude_outside", false);
        require(node, "mode", method.mode, {"nearest", "linear", "cubic"});
        require(node, "coordinate_transformation_mode", method.coordinates,
            {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
                "tf_half_pixel_for_nn", "tf_crop_and_resize"});
        require(node, "nearest_mode", method.rounding, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
        if (node.flag("antialias", false))
            node.fail("attribute 'antialias' is set, which is not computed; export the model without it");
        if (node.text("keep_aspect_ratio_policy", "stretch") != "stretch")
            node.fail("attribute 'keep_aspect_ratio_policy' is '" + node.text("keep_aspect_ratio_policy", "")
                + "', expected stretch; export the model with fixed sizes");
        return method;
    }

    /// Before version 11.
    static Method first(const NodeContext& node)
    {
        Method method;
        method.mode = node.text("mode", "nearest");
        method.coordinates = "asymmetric";
        method.rounding = "floor";
        require(node, "mode", method.mode, {"nearest", "linear"});
        return method;
    }

    double place(std::int64_t at, double extent, std::int64_t resized, double scale, double start, double end) const
    {
        const auto x = static_cast<double>(at);
        if (coordinates == "align_corners")
            return resized == 1 ? 0 : x * (extent - 1) / static_cast<double>(resized - 1);
        if (coordinates == "asymmetric")
            return x / scale;
        if (coordinates == "tf_half_pixel_for_nn")
            return (x + 0.5) / scale;
        if (coordinates == "pytorch_half_pixel" && resized == 1)
            return 0;
        if (coordinates == "tf_crop_and_resize")
            return resized > 1
                ? start * (extent - 1) + x * (end - start) * (extent - 1) / static_cast<double>(resized - 1)
                : 0.5 * (start + end) * (extent - 1);
        if (coordinates == "half_pixel_symmetric") {
            const double adjustment = static_cast<double>(resized) / (scale * extent);
            return extent / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5;
        }
        return (x + 0.5) / scale - 0.5;
    }

    std::vector<Tap> taps(double place, std::int64_t extent) const
    {
        if (mode == "nearest")
            return {{std::clamp<std::int64_t>(rounded(place), 0, extent - 1), 1.0}};
        const double below = std::floor(place);
        const double part = place - below;
        const auto first = static_cast<std::int64_t>(below);
        if (mode == "linear")
            return merged({{first, 1 - part}, {first + 1, part}}, extent);
        const auto near = [this](double s) { return ((cubic + 2) * s - (cubic + 3)) * s * s + 1; };
        const auto far = [this](double s) { return ((cubic * s - 5 * cubic) * s + 8 * cubic) * s - 4 * cubic; };
        return merged(
            {{first - 1, far(part + 1)}, {first, near(part)}, {first + 1, near(1 - part)}, {first + 2, far(2 - part)}},
            extent);
    }

private:
    static void require(const NodeContext& node, const std::string& name, const std::string& value,
        std::initializer_list<std::string_view> known)
    {
        if (std::ranges::find(known, std::string_view(value)) == known.end())
            node.fail("attribute '" + name + "' is '" + value + "', which is not known");
    }

    std::int64_t rounded(double place) const
    {
        if (rounding == "floor")
            return static_cast<std::int64_t>(std::floor(place));
        if (rounding == "ceil")
            return static_cast<std::int64_t>(std::ceil(place));
        if (rounding == "round_prefer_ceil")
            return static_cast<std::int64_t>(std::floor(place + 0.5));
        return static_cast<std::int64_t>(std::ceil(place - 0.5));
    }

    /// Positions outside count as the border, or not at all.
    std::vector<Tap> merged(std::vector<Tap> taps, std::int64_t extent) const
    {
        double total = 1;
        if (excludesOutside) {
            std::erase_if(taps, [extent](const Tap& tap) { return tap.source < 0 || tap.source >= extent; });
            total = 0;
            for (const Tap& tap : taps)
                total += tap.weight;
        }
        std::vector<Tap> result;
        for (const Tap& tap : taps) {
            const std::int64_t source = std::clamp<std::int64_t>(tap.source, 0, extent - 1);
            const auto known = std::ranges::find(result, source, &Tap::source);
            if (known != result.end())
                known->weight += tap.weight / total;
            else
                result.push_back({source, tap.weight / total});
        }
        std::erase_if(result, [](const Tap& tap) { return tap.weight == 0; });
        return result;
    }
};

/// The output's extents, and for each axis the scale and the part of the input.
struct Target
{
    Extents extents;
    std::vector<double> scales;
    std::vector<double> starts;
    std::vector<double> ends;
};

Target targetOf(const NodeContext& node, const std::vector<double>& scales)
{
    const Shape& shape = node.shape(0);
    if (scales.size() != shape.rank())
        node.fail("it has " + std::to_string(scales.size()) + " scales for an input of shape " + shape.text());
    Target target;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        const double extent = std::floor(static_cast<double>(shape[axis]) * scales[axis]);
        if (!(scales[axis] > 0) || !(extent < 0x1p28))
            node.fail("its scales hold " + std::to_string(scales[axis]) + ", expected a number above 0");
        target.extents.push_back(static_cast<std::int64_t>(extent));
        target.scales.push_back(scales[axis]);
    }
    target.starts.resize(shape.rank(), 0);
    target.ends.resize(shape.rank(), 1);
    return target;
}

std::vector<Preparation> resized(const NodeContext& node, const Target& target, const Method& method)
{
    const Shape& from = node.shape(0);
    const bool crops = method.coordinates == "tf_crop_and_resize";
    std::vector<AxisTaps> axes;
    std::uint64_t terms = 1;
    for (std::size_t axis = 0; axis < from.rank(); ++axis) {
        if (from[axis] < 1 && target.extents[axis] > 0)
            node.fail("an input of shape " + from.text() + " has nothing to take from");
        AxisTaps taps;
        const auto extent = static_cast<double>(from[axis]);
        const bool stays = !crops && target.scales[axis] == 1 && target.extents[axis] == from[axis];
        for (std::int64_t at = 0; at < target.extents[axis]; ++at) {
            const double place = method.place(
                at, extent, target.extents[axis], target.scales[axis], target.starts[axis], target.ends[axis]);
            const bool isOutside = crops && (place < 0 || place > extent - 1);
            taps.push_back(stays ? std::vector<Tap>{{at, 1.0}}
                    : isOutside  ? std::vector<Tap>()
                                 : method.taps(place, from[axis]));
        }
        std::size_t most = 1;
        for (const std::vector<Tap>& each : taps)
            most = std::max(most, each.size());
        terms *= most * static_cast<std::uint64_t>(std::max<std::int64_t>(1, target.extents[axis]));
        axes.push_back(std::move(taps));
        if (terms > LinearMap::largest)
            node.fail("its output of shape " + Shape(target.extents).text() + " is too large");
    }

    const Shape shape(target.extents);
    const Extents strides = from.strides();
    LinearMap map;
    map.ofNothing = crops ? node.number("extrapolation_value", 0.0) : 0.0;
    Position position(shape);
    const std::size_t count = shape.elementCount();
    for (std::size_t i = 0; i < count; ++i, position.advance()) {
        std::vector<Tap> all = {{0, 1.0}};
        for (std::size_t axis = 0; axis < axes.size(); ++axis) {
            std::vector<Tap> next;
            for (const Tap& outer : all)
                for (const Tap& tap : axes[axis][static_cast<std::size_t>(position[axis])])
                    next.push_back({outer.source + tap.source * strides[axis], outer.weight * tap.weight});
            all = std::move(next);
        }
        for (const Tap& tap : all)
            map.add(tap.source, tap.weight);
        map.endElement();
    }
    return {mapped(node, shape, std::move(map))};
}

struct Upsample
{
    static std::vector<Preparation> prepareByAttribute(const NodeContext& node)
    {
        return resized(node, targetOf(node, node.numbers("scales")), Method::first(node));
    }
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return resized(node, targetOf(node, node.configuration(1, "scales").numbers()), Method::first(node));
    }
};

struct Resize
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Method method = Method::of(node);
        const Shape& shape = node.shape(0);
        const Extents axes = axesOf(node);
        Target target = targetOf(node, std::vector<double>(shape.rank(), 1.0));
        const bool bySizes = node.hasInput(3) && node.shape(3).elementCount() > 0;
        const std::vector<double> given = node.configuration(bySizes ? 3 : 2, bySizes ? "sizes" : "scales").numbers();
        if (given.size() != axes.size())
            node.fail("it has " + std::to_string(given.size()) + (bySizes ? " sizes" : " scales") + " for "
                + std::to_string(axes.size()) + " axes");
        std::vector<double> scales(shape.rank(), 1.0);
        for (std::size_t i = 0; i < axes.size(); ++i) {
            const std::size_t axis = node.axis(axes[i], shape.rank(), "axes");
            scales[axis] = bySizes ? given[i] / static_cast<double>(shape[axis]) : given[i];
        }
        target = targetOf(node, scales);
        for (std::size_t i = 0; bySizes && i < axes.size(); ++i)
            target.extents[node.axis(axes[i], shape.rank(), "axes")] = static_cast<std::int64_t>(given[i]);
        if (method.coordinates == "tf_crop_and_resize")
            takeRegion(node, axes, target);
        return resized(node, target, method);
    }

private:
    static Extents axesOf(const NodeContext& node)
    {
        Extents all;
        for (std::size_t axis = 0; axis < node.shape(0).rank(); ++axis)
            all.push_back(static_cast<std::int64_t>(axis));
        return node.integers("axes", all);
    }

    static void takeRegion(const NodeContext& node, const Extents& axes, Target& target)
    {
        const std::vector<double> region = node.configuration(1, "roi").numbers();
        if (region.size() != 2 * axes.size())
            node.fail(
                "'roi' has " + std::to_string(region.size()) + " values, expected " + std::to_string(2 * axes.size()));
        for (std::size_t i = 0; i < axes.size(); ++i) {
            const std::size_t axis = node.axis(axes[i], target.extents.size(), "axes");
            target.starts[axis] = region[i];
            target.ends[axis] = region[axes.size() + i];
        }
    }
};

constexpr OperatorRow interpolationRows[] = {
    {"", "Resize", 10, Upsample::prepare},
    {"", "Resize", 11, Resize::prepare},
    {"", "Upsample", 7, Upsample::prepareByAttribute},
    {"", "Upsample", 9, Upsample::prepare},
};

} // namespace

std::span<const OperatorRow> interpolationOperators()
{
    return interpolationRows;
}

} // namespace formulens
