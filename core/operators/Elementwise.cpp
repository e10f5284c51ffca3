// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"

#include <array>
#include <cmath>

/// One function of the catalogue, each element by itself: y_i = f(x_i; parameters).
namespace formulens {

namespace {

namespace catalogue = functions;

template <class F, std::size_t parameterCount = 0>
struct Each : ElementByElement
{
    std::array<double, parameterCount> parameters = {};

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = apply<F, T>(std::span<const T>(&in(0, g), 1), std::span<const double>(parameters));
    }
};

/// y = clip(alpha x + beta, 0, 1)
struct ClippedLine : ElementByElement
{
    double alpha = 0.2;
    double beta = 0.5;
    bool timesX = false; ///< HardSwish

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        Sum<T> line(beta);
        line.add(alpha, in(0, g));
        const T gate = apply<catalogue::Clip>(line.result(), 0.0, 1.0);
        *out = timesX ? in(0, g) * gate : gate;
    }
};

/// y = -x
struct Negation
{
    static constexpr bool onIntegers = true;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        if constexpr (std::is_same_v<T, std::int64_t>)
            *out = static_cast<std::int64_t>(std::uint64_t(0) - static_cast<std::uint64_t>(in(0, g)));
        else
            *out = -1.0 * in(0, g);
    }
};

std::vector<Preparation> sameShape(const NodeContext& node, std::shared_ptr<const Kernel> kernel)
{
    return {{.type = node.type(0), .shape = node.shape(0), .kernel = std::move(kernel), .operands = {0}}};
}

template <class F, class... Parameters>
std::vector<Preparation> each(const NodeContext& node, Parameters... parameters)
{
    return sameShape(node, kernelOf(Each<F, sizeof...(Parameters)>{{node.shape(0).elementCount()}, {parameters...}}));
}

/// An operator without attributes that is a function of the catalogue.
template <class F>
std::vector<Preparation> plain(const NodeContext& node)
{
    return each<F>(node);
}

struct LeakyRelu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return each<catalogue::LeakyRelu>(node, node.number("alpha", 0.01));
    }
};

/// y = x for x > alpha, else 0: x times a step. It jumps at alpha.
struct ThresholdedRelu : ElementByElement
{
    double alpha = 1;

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::array<T, 3> choice{apply2<catalogue::Less>(T(alpha), in(0, g)), in(0, g), T(0.0)};
        *out = apply<catalogue::Select, T>(std::span<const T>(choice));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return sameShape(node, kernelOf(ThresholdedRelu{{node.shape(0).elementCount()}, node.number("alpha", 1.0)}));
    }
};

/// y = x + bias for x < -lambda, x - bias for x > lambda, else 0
struct Shrink : ElementByElement
{
    double lambda = 0.5;
    double bias = 0;

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const T& x = in(0, g);
        const std::array<T, 3> above{apply2<catalogue::Less>(T(lambda), x), x - T(bias), T(0.0)};
        const std::array<T, 3> below{apply2<catalogue::Less>(x, T(-lambda)), x + T(bias),
            apply<catalogue::Select, T>(std::span<const T>(above))};
        *out = apply<catalogue::Select, T>(std::span<const T>(below));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return sameShape(node,
            kernelOf(Shrink{{node.shape(0).elementCount()}, node.number("lambd", 0.5), node.number("bias", 0.0)}));
    }
};

enum class Wanted
{
    NaN,
    Infinity,
};

/// 1 where a value is no number, or infinite. Equations and enclosures are of numbers, so there it is 0.
template <Wanted wanted>
struct Oddity : ElementByElement
{
    bool positive = true;
    bool negative = true;

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = of(in(0, g));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        Oddity kernel{{node.shape(0).elementCount()}};
        kernel.positive = node.flag("detect_positive", true);
        kernel.negative = node.flag("detect_negative", true);
        auto outputs = sameShape(node, kernelOf(kernel));
        outputs[0].type = ElementType::Bool;
        return outputs;
    }

private:
    double of(double x) const
    {
        if (wanted == Wanted::NaN)
            return std::isnan(x) ? 1 : 0;
        return std::isinf(x) && (x > 0 ? positive : negative) ? 1 : 0;
    }
    Lanes of(const Lanes& x) const
    {
        Lanes y;
        for (std::size_t lane = 0; lane < Lanes::count; ++lane)
            y[lane] = of(x[lane]);
        return y;
    }
    template <class T>
    Dual<T> of(const Dual<T>& x) const
    {
        return {of(x.value), T(0.0)};
    }
    Interval of(const Interval& x) const
    {
        const bool maybe = !std::isfinite(x.lower) || !std::isfinite(x.upper);
        return {0, maybe ? 1.0 : 0.0};
    }
    template <class T>
    T of(const T&) const
    {
        return T(0.0);
    }
};

struct Elu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return each<catalogue::Elu>(node, node.number("alpha", 1.0));
    }
};

struct Celu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return each<catalogue::Celu>(node, node.number("alpha", 1.0));
    }
};

/// The standards of version 1 had four digits; 6 has those of the paper (Klambauer et al., 2017), in float.
struct Selu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return each<catalogue::Selu>(
            node, node.number("alpha", 1.67326319217681884765625), node.number("gamma", 1.05070102214813232421875));
    }
    static std::vector<Preparation> prepareFirst(const NodeContext& node)
    {
        return each<catalogue::Selu>(node, node.number("alpha", 1.6732), node.number("gamma", 1.0507));
    }
};

struct HardSigmoid
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return sameShape(node,
            kernelOf(ClippedLine{
                {node.shape(0).elementCount()}, node.number("alpha", 0.2), node.number("beta", 0.5), false}));
    }
};

/// y = x * clip(x/6 + 1/2, 0, 1)
struct HardSwish
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return sameShape(node, kernelOf(ClippedLine{{node.shape(0).elementCount()}, 1.0 / 6.0, 0.5, true}));
    }
};

struct Gelu
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::string approximate = node.text("approximate", "none");
        if (approximate == "tanh")
            return each<catalogue::GeluTanh>(node);
        if (approximate != "none")
            node.fail("attribute 'approximate' is '" + approximate + "', expected none or tanh");
        return each<catalogue::Gelu>(node);
    }
};

struct Neg
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return sameShape(node, kernelOf(Negation{node.shape(0).elementCount()}));
    }
};

/// y = x sigmoid(alpha x)
struct Swish
{
    double alpha = 1;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 2 * std::uint64_t(count); }
    Kernel::Character character() const { return Kernel::Character::Elementwise; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const T& x = in(0, g);
        *out = x * apply<catalogue::Sigmoid, T>(alpha * x);
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const double alpha = node.number("alpha", 1.0);
        if (alpha == 1)
            return each<catalogue::Silu>(node);
        return sameShape(node, kernelOf(Swish{alpha, node.shape(0).elementCount()}));
    }
};

constexpr OperatorRow rows[] = {
    {"", "Abs", 1, plain<catalogue::Abs>},
    {"", "Acos", 7, plain<catalogue::Acos>},
    {"", "Acosh", 9, plain<catalogue::Acosh>},
    {"", "Asin", 7, plain<catalogue::Asin>},
    {"", "Asinh", 9, plain<catalogue::Asinh>},
    {"", "Atan", 7, plain<catalogue::Atan>},
    {"", "Atanh", 9, plain<catalogue::Atanh>},
    {"", "Ceil", 1, plain<catalogue::Ceil>},
    {"", "Celu", 12, Celu::prepare},
    {"", "Cos", 7, plain<catalogue::Cos>},
    {"", "Cosh", 9, plain<catalogue::Cosh>},
    {"", "Elu", 1, Elu::prepare},
    {"", "Erf", 9, plain<catalogue::Erf>},
    {"", "Exp", 1, plain<catalogue::Exp>},
    {"", "Floor", 1, plain<catalogue::Floor>},
    {"", "Gelu", 20, Gelu::prepare},
    {"com.microsoft", "Gelu", 1, plain<catalogue::Gelu>},
    {"", "HardSigmoid", 1, HardSigmoid::prepare},
    {"", "HardSwish", 14, HardSwish::prepare},
    {"", "IsInf", 10, Oddity<Wanted::Infinity>::prepare},
    {"", "IsNaN", 9, Oddity<Wanted::NaN>::prepare},
    {"", "LeakyRelu", 1, LeakyRelu::prepare},
    {"", "Log", 1, plain<catalogue::Log>},
    {"", "Mish", 18, plain<catalogue::Mish>},
    {"", "Neg", 1, Neg::prepare},
    {"", "Reciprocal", 1, plain<catalogue::Reciprocal>},
    {"", "Relu", 1, plain<catalogue::Relu>},
    {"", "Round", 11, plain<catalogue::Round>},
    {"", "Selu", 1, Selu::prepareFirst},
    {"", "Selu", 6, Selu::prepare},
    {"", "Shrink", 9, Shrink::prepare},
    {"", "Sigmoid", 1, plain<catalogue::Sigmoid>},
    {"", "Sign", 9, plain<catalogue::Sign>},
    {"", "Sin", 7, plain<catalogue::Sin>},
    {"", "Sinh", 9, plain<catalogue::Sinh>},
    {"", "Softplus", 1, plain<catalogue::Softplus>},
    {"", "Softsign", 1, plain<catalogue::Softsign>},
    {"", "Sqrt", 1, plain<catalogue::Sqrt>},
    {"", "Swish", 24, Swish::prepare},
    {"", "Tan", 7, plain<catalogue::Tan>},
    {"", "Tanh", 1, plain<catalogue::Tanh>},
    {"", "ThresholdedRelu", 10, ThresholdedRelu::prepare},
};

} // namespace

std::span<const OperatorRow> elementwiseOperators()
{
    return rows;
}

} // namespace formulens
