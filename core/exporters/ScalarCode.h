// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/CodeLanguage.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace formulens {

/// Expressions as statements of straight-line code. A part that is used twice, or that would make a line unreadable,
/// gets a name of its own, so that code grows with the graph and not with the tree.
class ScalarCode
{
public:
    ScalarCode(const CodeLanguage& language, Identifiers& identifiers)
        : m_language(language), m_identifiers(identifiers)
    {
    }

    /// How a symbol is written from now on: "x1", "h1[2]".
    void define(const std::string& symbol, std::string text) { m_symbols.insert_or_assign(symbol, std::move(text)); }

    /// All expressions whose values will be asked for, in that order.
    void plan(std::vector<Expression> roots);

    /// The value of the next root as text; statements that it needs are appended to `statements`.
    std::string next(std::string& statements);

    void use(FunctionId function) { m_used.insert(function); }
    const std::set<FunctionId>& used() const { return m_used; }

private:
    enum class Binding
    {
        Sum,
        Product,
        Atom
    };
    struct Text
    {
        std::string text;
        Binding binding = Binding::Atom;
        int depth = 0;
    };

    Text written(const Expression& expression, std::string& statements);
    Text sum(const SumNode& node, std::string& statements);
    Text product(const ProductNode& node);
    Text power(const PowerNode& node);
    Text call(const CallNode& node);
    std::string signedTerm(double coefficient, const Expression& term, bool isFirst) const;
    std::string factor(const Expression& expression) const;
    std::string raised(const Expression& base, double exponent) const;
    const Text& at(const Expression& expression) const { return m_written.at(&expression.node()); }
    static std::string bracketed(const Text& text, Binding weakest);

    const CodeLanguage& m_language;
    Identifiers& m_identifiers;
    std::map<std::string, std::string> m_symbols;
    std::vector<Expression> m_roots;
    std::vector<Expression> m_order;
    std::size_t m_nextRoot = 0;
    std::size_t m_nextNode = 0;
    std::unordered_map<const ExpressionNode*, std::size_t> m_uses;
    std::unordered_map<const ExpressionNode*, Text> m_written;
    std::set<FunctionId> m_used;
};

} // namespace formulens
