// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Function.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace formulens {

struct ExpressionNode;

/// An immutable expression over real symbols; equal expressions are one node (hash-consed), so a large formula is a
/// graph with sharing and must be walked as one (see `postOrder`). Safe to share between threads.
class Expression
{
public:
    Expression(); ///< 0
    Expression(double number);

    static Expression symbol(std::string name);
    /// constant + sum of coefficient * term; like terms are gathered, zeros dropped, nested sums kept as they are.
    static Expression sum(double constant, std::vector<std::pair<double, Expression>> terms);
    static Expression product(std::vector<Expression> factors);
    static Expression power(const Expression& base, double exponent);
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

/// Every node of the graph once, operands before their users. Never recurses.
std::vector<Expression> postOrder(std::span<const Expression> roots);

/// Terms and characters of the expression written out as a tree, counted on the graph; saturates instead of
/// overflowing.
struct WrittenSize
{
    double terms = 0;
    double characters = 0;
};
WrittenSize writtenSize(const Expression& expression);

/// d expression / d symbol, sharing kept. At kinks the operator's own one-sided slope.
Expression derivative(const Expression& expression, const std::string& symbol);

/// Replaces symbols, walking the graph once.
Expression substituted(const Expression& expression, std::span<const std::pair<std::string, Expression>> replacements);

/// Value with the symbols at the given values; NaN for an unknown symbol.
double value(const Expression& expression, std::span<const std::pair<std::string, double>> symbols);

} // namespace formulens
