// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Broadcast.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperandList.h"
#include "core/operators/OperatorTable.h"

/// Products of matrices. A constant matrix is held as weights; two matrices of data make sums of products.
namespace formulens {

namespace {

/// One factor: a stack of matrices whose element (i, k) of matrix b lies at base(b) + i * rowStride + k * columnStride.
struct Factor
{
    Weights weights; ///< empty: the matrix is the operand of this number
    std::size_t operand = 0;
    BroadcastMap base; ///< from the output's matrix number to the factor's
    std::size_t matrixSize = 0;
    std::size_t rowStride = 0;
    std::size_t columnStride = 0;

    std::size_t at(std::size_t matrix, std::size_t row, std::size_t column) const
    {
        return base(matrix) * matrixSize + row * rowStride + column * columnStride;
    }
};

/// What is added: nothing, weights, or an operand.
struct Addend
{
    Weights weights;
    std::optional<std::size_t> operand;
    BroadcastMap element;
    double scale = 1;
};

/// y_bij = alpha * sum_k A_bik B_bkj + beta * C_ij
struct MatrixProduct
{
    Factor a;
    Factor b;
    Addend c;
    double alpha = 1;
    std::size_t matrices = 1;
    std::size_t rows = 1;
    std::size_t inner = 1;
    std::size_t columns = 1;

    std::size_t groups() const { return matrices * rows * columns; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(groups()) * (inner + (c.operand || !c.weights.empty())); }
    Kernel::Character character() const
    {
        return a.weights.empty() && b.weights.empty() ? Kernel::Character::Joint : Kernel::Character::Linear;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t i = g / columns % rows;
        const std::size_t j = g % columns;
        Sum<T> sum(c.weights.empty() ? 0.0 : c.scale * c.weights[c.element(g)]);
        const std::size_t left = a.at(g / columns / rows, i, 0);
        const std::size_t right = b.at(g / columns / rows, 0, j);
        for (std::size_t k = 0; k < inner; ++k)
            addTerm(sum, in, left + k * a.columnStride, right + k * b.rowStride);
        if (c.operand && c.scale != 0)
            sum.add(c.scale, in(*c.operand, c.element(g)));
        *out = sum.result();
    }

private:
    /// A weight of 0 reads nothing: the network does not depend on what it multiplies.
    template <class T, class In>
    void addTerm(Sum<T>& sum, In in, std::size_t left, std::size_t right) const
    {
        if (!b.weights.empty()) {
            if (const double weight = alpha * b.weights[right]; weight != 0)
                sum.add(weight, in(a.operand, left));
        } else if (!a.weights.empty()) {
            if (const double weight = alpha * a.weights[left]; weight != 0)
                sum.add(weight, in(b.operand, right));
        } else {
            sum.addProduct(alpha, in(a.operand, left), in(b.operand, right));
        }
    }
};

/// Where both factors are constant they stay operands, so that the whole product is folded.
void takeFactors(const NodeContext& node, OperandList& operands, Factor& a, Factor& b)
{
    const bool bothConstant = node.constant(0) && node.constant(1);
    a.operand = operands.take(0, a.weights, !bothConstant).value_or(0);
    b.operand = operands.take(1, b.weights, !bothConstant).value_or(0);
}

std::size_t extent(const Shape& shape, std::size_t axis)
{
    return static_cast<std::size_t>(shape[axis]);
}

/// y = alpha A' B' + beta C. Before version 7 C is broadcast only where an attribute says so; the rule is the same.
struct Gemm
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        for (const std::size_t input : {0U, 1U})
            if (node.shape(input).rank() != 2)
                node.fail("input " + std::to_string(input) + " has shape " + node.shape(input).text()
                    + ", expected a matrix");
        const bool transposedA = node.flag("transA", false);
        const bool transposedB = node.flag("transB", false);
        const Shape& a = node.shape(0);
        const Shape& b = node.shape(1);
        MatrixProduct product;
        product.rows = extent(a, transposedA ? 1 : 0);
        product.inner = extent(a, transposedA ? 0 : 1);
        product.columns = extent(b, transposedB ? 0 : 1);
        if (extent(b, transposedB ? 1 : 0) != product.inner)
            node.fail("matrices of shapes " + a.text() + (transposedA ? " (transposed)" : "") + " and " + b.text()
                + (transposedB ? " (transposed)" : "") + " do not multiply");
        product.alpha = node.number("alpha", 1.0);
        product.a.rowStride = transposedA ? 1 : product.inner;
        product.a.columnStride = transposedA ? product.rows : 1;
        product.b.rowStride = transposedB ? 1 : product.columns;
        product.b.columnStride = transposedB ? product.inner : 1;
        OperandList operands(node);
        takeFactors(node, operands, product.a, product.b);
        const Shape shape{static_cast<std::int64_t>(product.rows), static_cast<std::int64_t>(product.columns)};
        if (node.hasInput(2))
            takeAddend(node, operands, product.c, shape);
        return {{.type = node.type(0), .shape = shape, .kernel = kernelOf(product), .operands = operands.numbers()}};
    }

private:
    static void takeAddend(const NodeContext& node, OperandList& operands, Addend& c, const Shape& shape)
    {
        if (node.broadcastShape(shape, node.shape(2)) != shape)
            node.fail("C of shape " + node.shape(2).text() + " does not broadcast to " + shape.text());
        c.scale = node.number("beta", 1.0);
        c.element = BroadcastMap(node.shape(2), shape);
        c.operand = operands.take(2, c.weights);
    }
};

/// As NumPy's matmul: vectors get an axis that is taken away again, leading axes are broadcast.
struct MatMul
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectRank(0, 1);
        node.expectRank(1, 1);
        std::vector<std::int64_t> a = node.shape(0).extents();
        std::vector<std::int64_t> b = node.shape(1).extents();
        const bool rowVector = a.size() == 1;
        const bool columnVector = b.size() == 1;
        if (rowVector)
            a.insert(a.begin(), 1);
        if (columnVector)
            b.push_back(1);
        const std::size_t rows = a.size() - 2;
        const std::size_t inner = b.size() - 2;
        if (a.back() != b[inner])
            node.fail(
                "matrices of shapes " + node.shape(0).text() + " and " + node.shape(1).text() + " do not multiply");

        const Shape leadA(std::vector<std::int64_t>(a.begin(), a.end() - 2));
        const Shape leadB(std::vector<std::int64_t>(b.begin(), b.end() - 2));
        const Shape lead = node.broadcastShape(leadA, leadB);
        MatrixProduct product;
        product.matrices = lead.elementCount();
        product.rows = static_cast<std::size_t>(a[rows]);
        product.inner = static_cast<std::size_t>(a.back());
        product.columns = static_cast<std::size_t>(b.back());
        product.a.base = BroadcastMap(leadA, lead);
        product.b.base = BroadcastMap(leadB, lead);
        product.a.matrixSize = product.rows * product.inner;
        product.b.matrixSize = product.inner * product.columns;
        product.a.rowStride = product.inner;
        product.a.columnStride = 1;
        product.b.rowStride = product.columns;
        product.b.columnStride = 1;
        OperandList operands(node);
        takeFactors(node, operands, product.a, product.b);

        std::vector<std::int64_t> extents = lead.extents();
        if (!rowVector)
            extents.push_back(a[rows]);
        if (!columnVector)
            extents.push_back(b.back());
        return {{.type = node.type(0),
            .shape = Shape(std::move(extents)),
            .kernel = kernelOf(product),
            .operands = operands.numbers()}};
    }
};

constexpr OperatorRow rows[] = {
    {"", "Gemm", 1, Gemm::prepare},
    {"", "MatMul", 1, MatMul::prepare},
};

} // namespace

std::span<const OperatorRow> linearOperators()
{
    return rows;
}

} // namespace formulens
