// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Function.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace formulens {

struct ExpressionNode;

/// An immutable expression over real symbols; equal expressions are one node (hash-consed), so a large formula is a
/// graph with sharing and must be walked as one (see `postOrder`). Safe to share between threads.
/// Building cleans up only what is the same for every real number: 2 x + 3 x is 5 x and x x is x^2, but x / x stays.
/// (A term whose coefficient comes to 0 is dropped wherever it was defined.) Combined coefficients are rounded once.
class Expression
{
public:
    Expression(); ///< 0
    Expression(double number);

    static Expression symbol(std::string name);
    /// constant + sum of coefficient * term in the order given; like terms are gathered, zeros dropped, nested sums
    /// kept as they are.
    static Expression sum(double constant, std::vector<std::pair<double, Expression>> terms);
    /// Sorted, numbers in front (as a sum of one term), equal factors as powers.
    static Expression product(std::vector<Expression> factors);
    /// The reciprocal of a number stays one where no double is equal to it: x/3 is x * power(3, -1).
    static Expression power(const Expression& base, double exponent);
    /// A call whose operands are all numbers is its value, where that is finite; arithmetic of the catalogue (product,
    /// quotient, square, reciprocal, power, named sum ...) becomes sums, products and powers.
    static Expression call(FunctionId function, std::vector<Expression> operands, std::vector<double> parameters = {});

    const ExpressionNode& node() const { return *m_node; }
    bool isNumber() const;
    std::uint64_t hash() const;

    friend bool operator==(const Expression& a, const Expression& b) { return a.m_node == b.m_node; }
    friend Expression operator+(const Expression& a, const Expression& b);
    friend Expression operator-(const Expression& a, const Expression& b);
    friend Expression operator-(const Expression& a);
    friend Expression operator*(const Expression& a, const Expression& b);
    friend Expression operator/(const Expression& a, const Expression& b);

private:
    explicit Expression(std::shared_ptr<const ExpressionNode> node) : m_node(std::move(node)) { }
    std::shared_ptr<const ExpressionNode> m_node;
};

/// "x2" before "x10", "a" before "b".
bool naturallyLess(std::string_view a, std::string_view b);

/// A closed set of kinds: every printer handles each of them.
struct NumberNode
{
    double value = 0;
};

struct SymbolNode
{
    std::string name;
};

struct SumNode
{
    double constant = 0;
    std::vector<std::pair<double, Expression>> terms;
};

struct ProductNode
{
    std::vector<Expression> factors;
};

struct PowerNode
{
    Expression base;
    double exponent = 1;
};

struct CallNode
{
    FunctionId function;
    std::vector<Expression> operands;
    std::vector<double> parameters;
};

struct ExpressionNode
{
    std::variant<NumberNode, SymbolNode, SumNode, ProductNode, PowerNode, CallNode> kind;
    std::uint64_t hash = 0;
};

/// Operands of a node, in reading order.
std::vector<Expression> operandsOf(const Expression& expression);

/// Every node of the graph once, operands before their users. Never recurses.
std::vector<Expression> postOrder(std::span<const Expression> roots);

/// Names of the symbols that occur, naturally sorted.
std::vector<std::string> symbolsOf(std::span<const Expression> roots);

/// The expression written out as a tree, counted on the graph. A term is what stands between plus signs at any depth: a
/// symbol, x y, 3 tanh(...); its inner sums are counted too. Very large counts are infinite, never wrong.
struct WrittenSize
{
    double terms = 0;
    double characters = 0; ///< of plain text with full digits
};
WrittenSize writtenSize(const Expression& expression);

/// Digits that a centre m of x - m is shown with where other numbers have `digits` (0: all): x differs from it by
/// little.
constexpr int centreDigits(int digits)
{
    return digits == 0 ? 0 : std::min(digits + 3, 17);
}

/// Digits of a sum's constant: those of a centre where all else is one symbol, as it is in (x - m)/s.
int constantDigits(const SumNode& sum, int digits);

/// d expression / d symbol, sharing kept. At kinks the operator's own one-sided slope.
Expression derivative(const Expression& expression, const std::string& symbol);

/// Derivatives of several expressions that share parts, one walk for all of them.
std::vector<Expression> derivatives(std::span<const Expression> expressions, const std::string& symbol);

/// The slope of the function for each operand, where `value` is the call itself.
std::vector<Expression> slopesOf(const CallNode& call, const Expression& value);

/// Whether the symbol reaches the expressions through a function whose slope is zero almost everywhere (sign, floor,
/// argmax): a derivative of 0 then hides the steps.
bool hasSteps(std::span<const Expression> expressions, const std::string& symbol);

/// Symbols and what takes their place.
using Replacements = std::span<const std::pair<std::string, Expression>>;

/// Replaces symbols, all at once, walking the graph once.
Expression substituted(const Expression& expression, Replacements replacements);
std::vector<Expression> substituted(std::span<const Expression> expressions, Replacements replacements);

/// Value with the symbols at the given values; NaN for an unknown symbol.
double value(const Expression& expression, std::span<const std::pair<std::string, double>> symbols);

} // namespace formulens
