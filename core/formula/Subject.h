// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Derive.h"
#include "core/formula/Symbols.h"

namespace formulens {

/// What one result of the formula is.
struct Target
{
    ElementReference element;
    std::optional<ElementReference> subtracted; ///< for the difference of two logits
    std::string symbol;
    std::string sourceName;
    std::string description;
    std::string unit;
    Scaling scaling;
};

/// A request checked and put into the formula's own words: what all forms start from.
struct Subject
{
    std::shared_ptr<const PreparedNetwork> network;
    std::vector<InputQuantity> inputs; ///< one an input element
    std::vector<std::string> inputSymbols; ///< one an input element
    std::vector<Variable> variables = {}; ///< the free ones
    std::vector<HeldInput> held = {};
    std::vector<Target> targets = {};
    ElementSymbols elementSymbols;
    SymbolTable table = {}; ///< symbols that are taken
    bool domainAssumed = false;

    /// The input elements at the reference point, in the file's numbers.
    std::vector<double> reference() const;
    bool isFree(std::size_t inputElement) const { return inputs[inputElement].role == Role::Free; }
};

Result<Subject> subjectOf(const DeriveRequest& request);

/// A point of the domain, in the file's numbers: held inputs at their reference, others uniform, whole numbers and sets
/// as their kind has them. The first samples are the reference point and the two ends of the box.
std::vector<double> samplePoint(const Subject& subject, std::uint64_t seed, std::uint64_t sample);

/// The function that ends the network before the element, and what goes into it.
struct Head
{
    std::string operatorName; ///< "Softmax"
    TensorIndex logits;
    bool classNumber = false; ///< argmax: the element is a class number, not a class
};
std::optional<Head> headBefore(const PreparedNetwork& network, ElementReference element);

} // namespace formulens
