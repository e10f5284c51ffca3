// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Numerals.h"
#include "core/operators/Fold.h"
#include "core/operators/OpenExtents.h"
#include "core/operators/OperatorTable.h"
#include "core/operators/Order.h"
#include "core/operators/PreparedNetwork.h"
#include "core/operators/Refusals.h"

#include <algorithm>
#include <unordered_set>

namespace formulens {

namespace {

constexpr std::uint64_t largestComputed = std::uint64_t(1) << 28; ///< elements that flow through the graph

/// Raised by what no later node could mend; `prepare` turns it into its result.
struct PreparationError
{
    Error error;
};

std::string qualifiedName(const Node& node)
{
    return node.domain.empty() ? node.operatorName : node.domain + "/" + node.operatorName;
}

/// "Loop repeats a part of the network ...", or that nothing is known of the operator.
std::string unknownWords(const Node& node)
{
    if (const std::string_view refusal = refusalOf(node.domain, node.operatorName); !refusal.empty())
        return qualifiedName(node) + " " + std::string(refusal);
    const bool known = knowsOperator(node.domain, node.operatorName);
    return qualifiedName(node) + (known ? " of operator set " + std::to_string(node.version) : std::string())
        + " is not known: export the model in ONNX's own operators, of a newer version where there is one";
}

/// Of an If only the branch that is taken must be computable.
bool isIf(const Node& node)
{
    return node.domain.empty() && node.operatorName == "If";
}

class Preparer
{
public:
    explicit Preparer(std::shared_ptr<const Network> network) : m_network(*network)
    {
        m_prepared.network = std::move(network);
        m_categories = categoriesOfInputs(m_network);
        m_prepared.tensors.resize(m_network.tensors.size());
    }

    void takeConstants();
    void takeInputs();
    void prepareNode(NodeIndex index);
    PreparedNetwork result()
    {
        limitOutputs();
        dropUnchosen();
        return std::move(m_prepared);
    }

private:
    PreparedTensor& tensor(TensorIndex index) { return m_prepared.tensors[index.position()]; }
    Shape concreteShape(TensorIndex index);
    bool takeCategories(TensorIndex index, const std::string& where);
    void count(std::uint64_t& total, std::uint64_t limit, const Shape& shape, const std::string& where) const;

    const OperatorRow* rowOf(NodeIndex index);
    std::optional<Error> unavailableInput(const Node& node, std::size_t count) const;
    std::vector<Preparation> preparationsOf(NodeIndex index, const OperatorRow& row) const;
    void takeOutput(NodeIndex index, TensorIndex output, const Preparation& preparation);
    bool fold(NodeIndex index, TensorIndex output, const Preparation& preparation);
    void makeUnavailable(const Node& node, const Error& error);
    void noteUnchosen(const Node& node, const std::vector<Preparation>& outputs);
    void dropUnchosen();
    void limitOutputs();
    Error tooMany(const std::string& what, const TensorInfo& last, std::uint64_t count) const;
    Categories categoriesOf(NodeIndex index, const Preparation& preparation) const;
    void noteWideIntegers(NodeIndex index, const Preparation& preparation);

    const Network& m_network;
    PreparedNetwork m_prepared;
    std::map<TensorIndex, Categories> m_categories;
    std::unordered_set<TensorIndex> m_unchosen;
    std::uint64_t m_computed = 0;
    std::uint64_t m_inputs = 0;
    /// Inputs, and outputs, each of which has a name, a domain and a place in lists: a picture of 416 x 416 in three
    /// colours for a file of a few bytes; weights add to it.
    std::uint64_t m_mostListed = std::uint64_t(1) << 19;
    std::uint64_t m_folded = 0; ///< elements of constants that folding created
    std::uint64_t m_mostFolded = std::uint64_t(1) << 22; ///< for a file of a few bytes; weights add to it
    bool m_notedIntegers = false;
};

void Preparer::takeConstants()
{
    for (std::size_t t = 0; t < m_network.tensors.size(); ++t) {
        const TensorInfo& info = m_network.tensors[t];
        PreparedTensor& prepared = m_prepared.tensors[t];
        prepared.type = info.constant ? info.constant->type() : info.type;
        if (!info.constant)
            continue;
        prepared.shape = info.constant->shape();
        prepared.constant = info.constant;
        m_mostFolded += 4 * prepared.constant->size();
        m_mostListed += prepared.constant->size() / 16;
    }
}

/// A symbolic or unknown extent is what the layer behind the input has weights for; else it is a batch: the network is
/// looked at one sample at a time.
Shape Preparer::concreteShape(TensorIndex index)
{
    const TensorInfo& input = m_network.tensor(index);
    std::vector<std::int64_t> extents;
    for (const Dimension& dimension : *input.declaredShape) {
        const std::size_t axis = extents.size();
        extents.push_back(dimension.extent.value_or(1));
        if (dimension.extent)
            continue;
        std::string note = dimension.symbol.empty() ? "an unknown dimension" : "dimension '" + dimension.symbol + "'";
        note += " of input '" + input.name + "' taken as ";
        const auto expected = expectedExtent(m_network, index, axis);
        if (expected)
            extents.back() = expected->extent;
        m_prepared.notes.push_back(note + std::to_string(extents.back())
            + (expected ? ", which " + m_network.node(expected->node).label(expected->node) + " expects" : ""));
    }
    return Shape(std::move(extents));
}

void Preparer::count(std::uint64_t& total, std::uint64_t limit, const Shape& shape, const std::string& where) const
{
    const Result<std::size_t> elements = checkedElementCount(shape);
    if (!elements)
        throw PreparationError{{elements.error().code, where + ": " + elements.error().message}};
    total += *elements;
    if (total > limit)
        throw PreparationError{{ErrorCode::Limit,
            where + ": with its shape " + shape.text() + " the tensors hold more than the limit of "
                + std::to_string(limit) + " elements"}};
}

void Preparer::takeInputs()
{
    for (const TensorIndex index : m_network.inputs) {
        const TensorInfo& info = m_network.tensor(index);
        if (info.constant)
            continue;
        PreparedTensor& input = tensor(index);
        const std::string where = "input '" + info.name + "'";
        if (!info.declaredShape) {
            input.unavailable = Error{ErrorCode::Unsupported, where + " declares no shape"};
            continue;
        }
        input.shape = concreteShape(index);
        count(m_computed, largestComputed, input.shape, where);
        m_inputs += input.shape.elementCount();
        if (m_inputs > m_mostListed) {
            input.unavailable = tooMany("inputs", info, m_inputs);
            continue;
        }
        if (info.type == ElementType::String && !takeCategories(index, where))
            continue;
        for (std::size_t element = 0; element < input.shape.elementCount(); ++element)
            m_prepared.inputElements.push_back({index, element});
    }
}

Error Preparer::tooMany(const std::string& what, const TensorInfo& last, std::uint64_t count) const
{
    return {ErrorCode::Limit,
        "with '" + last.name + "' it has " + groupedDigits(double(count)) + " " + what + ", more than the "
            + groupedDigits(double(m_mostListed))
            + " of which formulas are made here: export it for smaller ones, or for one sample at a time"};
}

void Preparer::limitOutputs()
{
    std::uint64_t outputs = 0;
    for (const TensorIndex index : m_network.outputs) {
        PreparedTensor& output = tensor(index);
        if (output.unavailable)
            continue;
        outputs += output.shape.elementCount();
        if (outputs > m_mostListed)
            output.unavailable = tooMany("outputs", m_network.tensor(index), outputs);
    }
}

/// Texts that the network only chooses among become numbers.
bool Preparer::takeCategories(TensorIndex index, const std::string& where)
{
    const auto found = m_categories.find(index);
    if (found == m_categories.end()) {
        tensor(index).unavailable = Error{ErrorCode::Unsupported, where + " holds strings, which have no formula"};
        return false;
    }
    tensor(index).categories = found->second;
    constexpr std::size_t mostNamed = 12;
    const std::size_t count = found->second->size();
    std::string words = where + " holds texts, which are numbers here:";
    for (std::size_t i = 0; i < std::min(count, mostNamed); ++i)
        words += " " + std::to_string(i) + " is '" + (*found->second)[i] + "',";
    words += count > mostNamed ? " and so on," : "";
    m_prepared.notes.push_back(words + " " + std::to_string(count) + " is any other");
    return true;
}

const OperatorRow* Preparer::rowOf(NodeIndex index)
{
    const Node& node = m_network.node(index);
    if (const OperatorRow* row = findOperator(node.domain, node.operatorName, node.version))
        return row;
    makeUnavailable(node, Error{ErrorCode::Unsupported, node.label(index) + ": operator " + unknownWords(node)});
    return nullptr;
}

/// The original cause, if an input cannot be computed.
std::optional<Error> Preparer::unavailableInput(const Node& node, std::size_t count) const
{
    for (std::size_t i = 0; i < count; ++i)
        if (node.inputs[i] && m_prepared.tensor(*node.inputs[i]).unavailable)
            return m_prepared.tensor(*node.inputs[i]).unavailable;
    return std::nullopt;
}

void Preparer::makeUnavailable(const Node& node, const Error& error)
{
    for (const auto& output : node.outputs)
        if (output)
            tensor(*output).unavailable = error;
}

std::vector<Preparation> Preparer::preparationsOf(NodeIndex index, const OperatorRow& row) const
{
    const NodeContext context(m_network, index, m_prepared.tensors);
    std::vector<Preparation> outputs = row.prepare(context);
    for (const Preparation& output : outputs)
        for (const std::size_t operand : output.operands)
            if (context.type(operand) == ElementType::String && !context.input(operand).categories)
                context.fail("input " + std::to_string(operand) + " holds strings, which have no formula");
    return outputs;
}

void Preparer::prepareNode(NodeIndex index)
{
    const Node& node = m_network.node(index);
    const std::size_t mustBeThere = isIf(node) ? 1 : node.inputs.size();
    if (const auto cause = unavailableInput(node, mustBeThere))
        return makeUnavailable(node, *cause);
    const OperatorRow* row = rowOf(index);
    if (!row)
        return;
    try {
        const std::vector<Preparation> outputs = preparationsOf(index, *row);
        if (isIf(node))
            noteUnchosen(node, outputs);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (!node.outputs[i])
                continue;
            if (i < outputs.size())
                takeOutput(index, *node.outputs[i], outputs[i]);
            else
                tensor(*node.outputs[i]).unavailable = Error{ErrorCode::BadFile,
                    node.label(index) + ": has more outputs than the operator, which has "
                        + std::to_string(outputs.size())};
        }
    } catch (const OperatorError& error) {
        makeUnavailable(node, Error{ErrorCode::Unsupported, error.what()});
    }
}

/// Of an If that knows its branch, what the other one gives.
void Preparer::noteUnchosen(const Node& node, const std::vector<Preparation>& outputs)
{
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        const auto reads = [i](const Preparation& output) { return std::ranges::count(output.operands, i) > 0; };
        if (node.inputs[i] && std::ranges::none_of(outputs, reads))
            m_unchosen.insert(*node.inputs[i]);
    }
}

/// Steps that only a branch that is not taken would read are no part of the network.
void Preparer::dropUnchosen()
{
    if (m_unchosen.empty())
        return;
    std::vector<std::size_t> readers(m_network.tensors.size());
    for (const TensorIndex output : m_network.outputs)
        ++readers[output.position()];
    for (const Step& step : m_prepared.steps)
        for (const TensorIndex input : step.inputs)
            ++readers[input.position()];
    std::vector<Step> kept;
    for (auto step = m_prepared.steps.rbegin(); step != m_prepared.steps.rend(); ++step) {
        if (readers[step->output.position()] > 0 || !m_unchosen.contains(step->output)) {
            kept.push_back(std::move(*step));
            continue;
        }
        for (const TensorIndex input : step->inputs) {
            --readers[input.position()];
            m_unchosen.insert(input);
        }
    }
    m_prepared.steps.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

void Preparer::takeOutput(NodeIndex index, TensorIndex output, const Preparation& preparation)
{
    PreparedTensor& prepared = tensor(output);
    prepared.type = preparation.type;
    prepared.shape = preparation.shape;
    prepared.positive = preparation.positive;
    if (prepared.type == ElementType::String && !preparation.operands.empty())
        prepared.categories = categoriesOf(index, preparation);
    if (!preparation.note.empty())
        m_prepared.notes.push_back(m_network.node(index).label(index) + ": " + preparation.note);
    if (!preparation.unavailable.empty()) {
        prepared.unavailable
            = Error{ErrorCode::Unsupported, m_network.node(index).label(index) + ": " + preparation.unavailable};
        return;
    }
    if (preparation.constant) {
        prepared.constant = preparation.constant;
        return;
    }
    for (const std::size_t operand : preparation.operands)
        if (const auto& cause = m_prepared.tensor(*m_network.node(index).inputs[operand]).unavailable) {
            prepared.unavailable = cause;
            return;
        }
    if (fold(index, output, preparation))
        return;
    count(m_computed, largestComputed, prepared.shape, m_network.node(index).label(index));
    noteWideIntegers(index, preparation);
    Step step{index, {}, output, preparation.kernel};
    for (const std::size_t operand : preparation.operands)
        step.inputs.push_back(*m_network.node(index).inputs[operand]);
    m_prepared.steps.push_back(std::move(step));
}

/// Texts that were moved keep their categories.
Categories Preparer::categoriesOf(NodeIndex index, const Preparation& preparation) const
{
    return m_prepared.tensor(*m_network.node(index).inputs[preparation.operands.front()]).categories;
}

/// Computed integers of 32 and 64 bits are whole numbers here and do not wrap.
void Preparer::noteWideIntegers(NodeIndex index, const Preparation& preparation)
{
    constexpr std::string_view arithmetic[]
        = {"Add", "Gemm", "MatMul", "Mul", "Neg", "Pow", "ReduceProd", "ReduceSum", "Sub", "Sum"};
    if (m_notedIntegers || !isInteger(preparation.type) || byteSize(preparation.type) <= 2
        || std::ranges::find(arithmetic, m_network.node(index).operatorName) == std::ranges::end(arithmetic))
        return;
    m_notedIntegers = true;
    m_prepared.notes.push_back(
        m_network.node(index).label(index) + " and others: integers are computed without overflow");
}

/// True where all operands are constant and the output now is, too.
bool Preparer::fold(NodeIndex index, TensorIndex output, const Preparation& preparation)
{
    std::vector<const Tensor*> operands;
    for (const std::size_t operand : preparation.operands) {
        const auto& constant = m_prepared.tensor(*m_network.node(index).inputs[operand]).constant;
        if (!constant)
            return false;
        operands.push_back(&*constant);
    }
    count(m_folded, m_mostFolded, preparation.shape, m_network.node(index).label(index));
    tensor(output).constant = folded(preparation, operands);
    if (!tensor(output).constant)
        tensor(output).unavailable = Error{ErrorCode::Unsupported,
            m_network.node(index).label(index) + ": its constant integers are too large to be computed exactly"};
    return true;
}

} // namespace

Result<std::shared_ptr<const PreparedNetwork>> prepare(std::shared_ptr<const Network> network, const Progress& progress)
{
    const Result<std::vector<NodeIndex>> order = topologicalOrder(*network);
    if (!order)
        return tl::unexpected(order.error());
    Preparer preparer(std::move(network));
    try {
        preparer.takeConstants();
        preparer.takeInputs();
        for (std::size_t i = 0; i < order->size(); ++i) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            preparer.prepareNode((*order)[i]);
            progress.report(static_cast<double>(i + 1) / static_cast<double>(order->size()));
        }
    } catch (const PreparationError& error) {
        return tl::unexpected(error.error);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, "preparing the network takes more memory than there is");
    }
    return std::make_shared<const PreparedNetwork>(preparer.result());
}

} // namespace formulens
