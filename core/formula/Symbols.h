// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/question/Question.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// Symbols that are different from each other: a second "x1" becomes "x1_2".
class SymbolTable
{
public:
    std::string unique(const std::string& wished);
    bool isTaken(const std::string& symbol) const { return m_taken.contains(symbol); }

private:
    std::set<std::string> m_taken;
};

/// Whether a reader takes the name for a symbol as it is: one letter or the English name of a Greek one, with an
/// optional index: "x", "x2", "T_10", "theta", "omega_2".
bool isSymbol(std::string_view name);

/// The symbol of every input element, whatever its role: the one that was wished for, its name if that is a symbol,
/// else x<k> for the k-th input element (from 1). The same in graph, equations, plots and exports.
std::vector<std::string> inputSymbols(const Question& question);

/// The symbol of every output element: as for inputs, else y, or y<k> where there are several. None is an input's.
std::vector<std::string> outputSymbols(const Question& question);

/// Symbols of the network's other elements: h2_5 for the fifth neuron of the second hidden layer, where layers are
/// counted by the matrices and convolutions on the way. Where several nonlinear tensors lie at one depth the last is h,
/// those before it g, f ...; sums are a. A tensor with a symbol of its own (a gate) has that.
class ElementSymbols
{
public:
    explicit ElementSymbols(const PreparedNetwork& network);

    std::string symbol(ElementReference element) const;
    /// Whether the network itself says that the tensor's elements are no quantities, but parts of what reads them.
    bool isWrittenInPlace(TensorIndex tensor) const { return m_inPlace.contains(tensor); }
    /// Of the tensor as a vector: "h2".
    std::string vectorSymbol(TensorIndex tensor) const;

private:
    std::map<TensorIndex, std::string> m_vectors;
    std::set<TensorIndex> m_inPlace;
    std::vector<std::size_t> m_counts; ///< elements by tensor
};

} // namespace formulens
