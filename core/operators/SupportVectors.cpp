// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/ClassLabels.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/PostTransform.h"

/// Support vector machines of ai.onnx.ml, as ONNX Runtime reads what the specification leaves open.
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

/// Every pair of classes i < j has a score of its own; a score above 0 is a vote for i, else it is one for j.
struct Pairs : Machine
{
    std::vector<std::size_t> starts; ///< of each class among the vectors, which lie class by class; and their end

    std::size_t classes() const { return starts.size() - 1; }
    std::size_t count() const { return classes() * (classes() - 1) / 2; }

    template <class T, class In>
    std::vector<T> scores(std::size_t g, In in) const
    {
        const std::vector<T> x = sample<T>(g, in);
        std::vector<T> likeness;
        for (std::size_t v = 0; v < starts.back(); ++v)
            likeness.push_back(kernel.value(x, vectors.data() + v * features));
        std::vector<T> scores;
        for (std::size_t i = 0; i < classes(); ++i)
            for (std::size_t j = i + 1; j < classes(); ++j) {
                Sum<T> score(rho[scores.size()]);
                addVectors(score, likeness, i, j - 1);
                addVectors(score, likeness, j, i);
                scores.push_back(score.result());
            }
        return scores;
    }

    static Pairs of(const NodeContext& node, std::size_t classes)
    {
        Pairs pairs{Machine::of(node), {}};
        const std::vector<std::int64_t> counts = node.integers("vectors_per_class");
        const auto vectorCount = static_cast<std::int64_t>(pairs.vectorCount());
        pairs.starts.push_back(0);
        for (const std::int64_t count : counts) {
            if (count < 0 || count > vectorCount)
                node.fail("attribute 'vectors_per_class' holds " + std::to_string(count) + ", for "
                    + std::to_string(vectorCount) + " support vectors");
            pairs.starts.push_back(pairs.starts.back() + static_cast<std::size_t>(count));
        }
        if (counts.size() != classes || pairs.starts.back() != pairs.vectorCount()
            || pairs.coefficients.size() != (classes - 1) * pairs.vectorCount() || pairs.rho.size() < pairs.count())
            node.fail(std::to_string(pairs.coefficients.size()) + " coefficients and "
                + std::to_string(pairs.rho.size()) + " of 'rho' do not fit " + std::to_string(vectorCount)
                + " support vectors of " + std::to_string(classes) + " classes");
        return pairs;
    }

private:
    template <class T>
    void addVectors(Sum<T>& score, const std::vector<T>& likeness, std::size_t ofClass, std::size_t row) const
    {
        for (std::size_t v = starts[ofClass]; v < starts[ofClass + 1]; ++v)
            score.add(coefficients[row * starts.back() + v], likeness[v]);
    }
};

/// Two classes have the scores (-s, s), more have those of their pairs: 0 and 1, 0 and 2 ...
struct PairScores : Pairs
{
    std::size_t groupSize() const { return classes() == 2 ? 2 : count(); }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> each = scores<T>(g, in);
        if (classes() == 2)
            each.insert(each.begin(), -1.0 * each[0]);
        std::ranges::move(each, out);
    }
};

/// The class with the most votes, the first of those that have as many.
struct VotedClass : Pairs
{
    ClassLabels labels;

    std::size_t groupSize() const { return 1; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::vector<T> each = scores<T>(g, in);
        std::vector<Sum<T>> votes(classes());
        std::size_t pair = 0;
        for (std::size_t i = 0; i < classes(); ++i)
            for (std::size_t j = i + 1; j < classes(); ++j, ++pair) {
                votes[i].add(1, apply2<catalogue::Less, T>(T(0.0), each[pair]));
                votes[j].add(1, apply2<catalogue::LessOrEqual, T>(each[pair], T(0.0)));
            }
        std::vector<T> counts;
        for (Sum<T>& vote : votes)
            counts.push_back(vote.result());
        const double firstOnTies = 0;
        *out = labels.of(
            apply<catalogue::ArgMax, T>(std::span<const T>(counts), std::span<const double>(&firstOnTies, 1)));
    }
};

/// Without support vectors: score k = rho_0 + k(x, row k of the coefficients).
struct RowScores : Machine
{
    std::size_t groupSize() const { return vectorCount(); }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::vector<T> x = sample<T>(g, in);
        for (std::size_t k = 0; k < vectorCount(); ++k)
            out[k] = T(rho[0]) + kernel.value(x, vectors.data() + k * features);
    }
};

struct BestOfRows : RowScores
{
    ClassLabels labels;

    std::size_t groupSize() const { return 1; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> scores(vectorCount(), T(0.0));
        RowScores::group(g, in, scores.data());
        const double firstOnTies = 0;
        *out = labels.of(
            apply<catalogue::ArgMax, T>(std::span<const T>(scores), std::span<const double>(&firstOnTies, 1)));
    }
};

struct SVMClassifier
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const ClassLabels labels(node, "classlabels_ints", "classlabels_strings");
        if (labels.count() < 2 || labels.count() > 65535)
            node.fail("it names " + std::to_string(labels.count()) + " classes, expected two or more");
        if (!PostTransform(node).isNone())
            node.fail("attribute 'post_transform' is '" + node.text("post_transform", "NONE")
                + "', expected NONE: runtimes differ in what they do with others");
        const std::vector<std::int64_t> counts = node.integers("vectors_per_class", std::vector<std::int64_t>());
        const bool hasVectors = std::ranges::any_of(counts, [](std::int64_t count) { return count != 0; });
        return hasVectors ? byPairs(node, labels) : byRows(node, labels);
    }

private:
    static std::vector<Preparation> byPairs(const NodeContext& node, const ClassLabels& labels)
    {
        const Pairs pairs = Pairs::of(node, labels.count());
        Preparation scores = output(PairScores{pairs});
        if (!node.numbers("prob_a", std::vector<double>()).empty())
            scores = {.type = ElementType::Float32,
                .shape = Shape{static_cast<std::int64_t>(pairs.samples), static_cast<std::int64_t>(labels.count())},
                .unavailable = "its probabilities are where an iteration of the runtime stops, which is no formula; "
                               "export it without probabilities (SVC(probability=False)), or ask for the label"};
        return {labelOf(labels, VotedClass{pairs, labels}), std::move(scores)};
    }

    static std::vector<Preparation> byRows(const NodeContext& node, const ClassLabels& labels)
    {
        RowScores rows{Machine::of(node)};
        rows.kernel = VectorKernel();
        rows.vectors = rows.coefficients;
        if (rows.vectors.size() != labels.count() * rows.features)
            node.fail(std::to_string(rows.coefficients.size()) + " coefficients do not fit "
                + std::to_string(labels.count()) + " classes and an input of shape " + node.shape(0).text());
        if (labels.count() == 2)
            node.fail(
                "it tells two classes apart without support vectors, which runtimes read differently; export it as "
                "a LinearClassifier (LinearSVC)");
        return {labelOf(labels, BestOfRows{rows, labels}), output(rows)};
    }

    template <class Kind>
    static Preparation labelOf(const ClassLabels& labels, const Kind& kernel)
    {
        Preparation label = labels.output(static_cast<std::int64_t>(kernel.samples));
        if (label.unavailable.empty())
            label.kernel = kernelOf(kernel);
        return label;
    }

    template <class Kind>
    static Preparation output(const Kind& kernel)
    {
        return {.type = ElementType::Float32,
            .shape = Shape{static_cast<std::int64_t>(kernel.samples), static_cast<std::int64_t>(kernel.groupSize())},
            .kernel = kernelOf(kernel),
            .operands = {0}};
    }
};

constexpr OperatorRow supportVectorRows[] = {
    {"ai.onnx.ml", "SVMClassifier", 1, SVMClassifier::prepare},
    {"ai.onnx.ml", "SVMRegressor", 1, SVMRegressor::prepare},
};

} // namespace

std::span<const OperatorRow> supportVectorOperators()
{
    return supportVectorRows;
}

} // namespace formulens
