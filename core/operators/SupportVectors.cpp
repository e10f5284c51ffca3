// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/PostTransform.h"

/// Support vector regression of ai.onnx.ml.
namespace formulens {

namespace {

namespace catalogue = functions;

/// k(x, v) = x.v, (gamma x.v + c)^d, exp(-gamma |x - v|^2) or tanh(gamma x.v + c)
struct VectorKernel
{
    enum class Kind
    {
        Linear,
        Polynomial,
        Radial,
        Sigmoid,
    };

    Kind kind = Kind::Linear;
    double gamma = 0;
    double offset = 0;
    double degree = 0;

    static VectorKernel of(const NodeContext& node)
    {
        const std::string name = node.text("kernel_type", "LINEAR");
        VectorKernel kernel;
        kernel.kind = kindOf(node, name);
        const std::vector<double> parameters = node.numbers("kernel_params", std::vector<double>());
        if (!parameters.empty() && parameters.size() != 3)
            node.fail("attribute 'kernel_params' has " + std::to_string(parameters.size())
                + " values, expected gamma, coef0 and degree");
        if (!parameters.empty()) {
            kernel.gamma = parameters[0];
            kernel.offset = parameters[1];
            kernel.degree = parameters[2];
        }
        return kernel;
    }

    template <class T>
    T value(const std::vector<T>& x, const double* vector) const
    {
        if (kind == Kind::Radial) {
            std::vector<T> differences;
            for (std::size_t i = 0; i < x.size(); ++i)
                differences.push_back(x[i] - T(vector[i]));
            return apply<catalogue::Exp, T>(
                -gamma * apply<catalogue::SumOfSquares, T>(std::span<const T>(differences)));
        }
        const bool isScaled = kind != Kind::Linear;
        Sum<T> product(isScaled ? offset : 0.0);
        for (std::size_t i = 0; i < x.size(); ++i)
            product.add(isScaled ? gamma * vector[i] : vector[i], x[i]);
        const T z = product.result();
        if (kind == Kind::Polynomial)
            return degree == 1 ? z
                : degree == 2  ? apply<catalogue::Square, T>(z)
                               : apply<catalogue::Power, T>(z, degree);
        return kind == Kind::Sigmoid ? apply<catalogue::Tanh, T>(z) : z;
    }

private:
    static Kind kindOf(const NodeContext& node, const std::string& name)
    {
        if (name == "LINEAR")
            return Kind::Linear;
        if (name == "POLY")
            return Kind::Polynomial;
        if (name == "RBF")
            return Kind::Radial;
        if (name == "SIGMOID")
            return Kind::Sigmoid;
        node.fail("attribute 'kernel_type' is '" + name + "', expected LINEAR, POLY, RBF or SIGMOID");
    }
};

/// The samples and the vectors that they are held against.
struct Machine
{
    VectorKernel kernel;
    std::vector<double> vectors; ///< row-major, one row for each
    std::vector<double> coefficients;
    std::vector<double> rho;
    std::size_t samples = 0;
    std::size_t features = 0;

    std::size_t vectorCount() const { return vectors.size() / features; }
    std::size_t groups() const { return samples; }
    std::uint64_t cost() const { return std::uint64_t(samples) * (vectors.size() + coefficients.size()); }
    Kernel::Character character() const
    {
        return kernel.kind == VectorKernel::Kind::Linear ? Kernel::Character::Linear : Kernel::Character::Joint;
    }

    template <class T, class In>
    std::vector<T> sample(std::size_t g, In in) const
    {
        std::vector<T> x;
        for (std::size_t i = 0; i < features; ++i)
            x.push_back(in(0, g * features + i));
        return x;
    }

    static Machine of(const NodeContext& node)
    {
        node.expectRank(0, 1);
        const Shape& shape = node.shape(0);
        if (shape.rank() > 2 || shape.elementCount() == 0)
            node.fail("its input has shape " + shape.text() + ", expected [samples, features]");
        Machine machine;
        machine.kernel = VectorKernel::of(node);
        machine.features = static_cast<std::size_t>(shape[shape.rank() - 1]);
        machine.samples = shape.rank() == 2 ? static_cast<std::size_t>(shape[0]) : 1;
        machine.vectors = node.numbers("support_vectors", std::vector<double>());
        machine.coefficients = node.numbers("coefficients");
        machine.rho = node.numbers("rho");
        if (machine.vectors.size() % machine.features != 0 || machine.rho.empty())
            node.fail(std::to_string(machine.vectors.size()) + " numbers of support vectors and "
                + std::to_string(machine.rho.size()) + " of 'rho' do not fit an input of shape " + shape.text());
        return machine;
    }
};

/// y = rho + sum_j a_j k(x, v_j); without support vectors y = rho + k(x, a). A one-class machine says 1 or -1 by its
/// sign.
struct SVMRegressor : Machine
{
    bool isOneClass = false;
    std::vector<double> weights = {};

    std::size_t groupSize() const { return 1; }
    Kernel::Character character() const { return isOneClass ? Kernel::Character::Joint : Machine::character(); }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::vector<T> x = sample<T>(g, in);
        Sum<T> sum(rho[0]);
        for (std::size_t j = 0; j < weights.size(); ++j)
            sum.add(weights[j], kernel.value(x, vectors.data() + j * features));
        *out = sum.result();
        if (!isOneClass)
            return;
        Sum<T> sign(-1);
        sign.add(2, apply2<catalogue::Less, T>(T(0.0), *out));
        *out = sign.result();
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        SVMRegressor machine{Machine::of(node)};
        machine.isOneClass = node.integer("one_class", 0) != 0;
        if (!PostTransform(node).isNone())
            node.fail("attribute 'post_transform' is '" + node.text("post_transform", "NONE") + "', expected NONE");
        if (node.integer("n_supports", 0) > 0) {
            machine.weights = machine.coefficients;
        } else {
            machine.vectors = machine.coefficients;
            machine.weights = {1};
        }
        if (machine.vectors.size() != machine.weights.size() * machine.features)
            node.fail(std::to_string(machine.weights.size()) + " coefficients do not fit "
                + std::to_string(machine.vectorCount()) + " support vectors");
        return {{.type = ElementType::Float32,
            .shape = Shape{static_cast<std::int64_t>(machine.samples), 1},
            .kernel = kernelOf(machine),
            .operands = {0}}};
    }
};

constexpr OperatorRow supportVectorRows[] = {
    {"ai.onnx.ml", "SVMRegressor", 1, SVMRegressor::prepare},
};

} // namespace

std::span<const OperatorRow> supportVectorOperators()
{
    return supportVectorRows;
}

} // namespace formulens
