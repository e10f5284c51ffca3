// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/FunctionNotation.h"
#include "core/notation/Magnitudes.h"

#include <map>
#include <string>
#include <vector>

namespace formulens::notation {

/// Writes expressions, each shared part once. What a symbol looks like is told beforehand; what is too large to write
/// becomes a placeholder with its size.
class ExpressionWriter
{
public:
    /// `magnitudes` may be null: then no term is gathered for being small.
    ExpressionWriter(const NotationOptions& options, std::vector<Anchor>* anchors, Magnitudes* magnitudes);

    void define(const std::string& symbol, Written written);

    /// Elements of a vector, like h1_3 of h1, share an anchor.
    void defineVector(const std::string& symbol, AnchorId anchor) { m_vectors.insert_or_assign(symbol, anchor); }

    /// The right side of equation number `equation` (definitions first, then results).
    Written write(const Expression& expression, std::size_t equation);

    FunctionWriter& functions() { return m_functions; }
    double refusedTerms() const { return m_refusedTerms; }
    AnchorId anchor(Anchor anchor);

private:
    class Equation;

    NotationOptions m_options;
    std::vector<Anchor>* m_anchors; ///< null: nothing is anchored
    Magnitudes* m_magnitudes;
    FunctionWriter m_functions;
    std::map<std::string, Written> m_symbols;
    std::map<std::string, AnchorId> m_vectors;
    double m_refusedTerms = 0;
};

} // namespace formulens::notation
