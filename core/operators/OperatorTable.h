// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/NodeContext.h"

#include <span>
#include <string_view>

namespace formulens {

/// What an operator makes of one output of its node: a kernel with the node inputs that it reads, or constants at once.
struct Preparation
{
    ElementType type = ElementType::Undefined;
    Shape shape = {};
    std::shared_ptr<const Kernel> kernel = {};
    std::vector<std::size_t> operands = {}; ///< numbers of the node's inputs, in the order of the kernel's operands
    std::optional<Tensor> constant = {}; ///< known from shapes and attributes alone
    bool positive = false; ///< all its values lie above 0
    std::string note = {}; ///< what a reader of the formula must know beside it, naming no node: `prepare` does
    std::string unavailable = {}; ///< why this output cannot be computed although the others can
};

/// One meaning of one operator: from version `since` of its domain's operator set until the next row of its name.
struct OperatorRow
{
    std::string_view domain; ///< "" is ai.onnx
    std::string_view name;
    std::int64_t since = 1;
    /// Checks the node and says what each of its outputs is. Throws OperatorError.
    std::vector<Preparation> (*prepare)(const NodeContext& node) = nullptr;
};

/// All rows, sorted by (domain, name, since).
std::span<const OperatorRow> operatorTable();

/// The newest row not after `version`; for a version before the first row: nothing. Null where the name is unknown.
const OperatorRow* findOperator(std::string_view domain, std::string_view name, std::int64_t version);

/// The operator's name is in the table, whatever the version.
bool knowsOperator(std::string_view domain, std::string_view name);

// The families, each in its own file.
std::span<const OperatorRow> arithmeticOperators();
std::span<const OperatorRow> attentionOperators();
std::span<const OperatorRow> constantOperators();
std::span<const OperatorRow> conversionOperators();
std::span<const OperatorRow> convolutionOperators();
std::span<const OperatorRow> einsumOperators();
std::span<const OperatorRow> elementwiseOperators();
std::span<const OperatorRow> encoderOperators();
std::span<const OperatorRow> featureOperators();
std::span<const OperatorRow> fusedOperators();
std::span<const OperatorRow> interpolationOperators();
std::span<const OperatorRow> linearModelOperators();
std::span<const OperatorRow> linearOperators();
std::span<const OperatorRow> movementOperators();
std::span<const OperatorRow> normalisationOperators();
std::span<const OperatorRow> poolingOperators();
std::span<const OperatorRow> quantisationOperators();
std::span<const OperatorRow> quantisedProductOperators();
std::span<const OperatorRow> recurrentOperators();
std::span<const OperatorRow> reductionOperators();
std::span<const OperatorRow> reshapingOperators();
std::span<const OperatorRow> scatteringOperators();
std::span<const OperatorRow> selectionOperators();
std::span<const OperatorRow> slicingOperators();
std::span<const OperatorRow> softmaxOperators();
std::span<const OperatorRow> sortingOperators();
std::span<const OperatorRow> supportVectorOperators();
std::span<const OperatorRow> treeOperators();

} // namespace formulens
