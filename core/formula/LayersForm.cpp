// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/LayersForm.h"

#include "core/formula/Derivatives.h"
#include "core/formula/Ends.h"
#include "core/formula/LayerShape.h"
#include "core/formula/Layers.h"
#include "core/formula/NeuronsForm.h"
#include "core/formula/UnitGroups.h"
#include "core/functions/Catalogue.h"
#include "core/operators/LayerChains.h"

#include <algorithm>
#include <map>
#include <numeric>

/* Each chain of steps that a modeller calls one layer is taken out as a little network of its own, whose inputs are the
 * tensors that it reads. Its equations then are the layer: a matrix where no function is left, one function of affine
 * forms where there is. So there is no second reading of any operator, and W1 has the numbers of the file.
 */

namespace formulens {

namespace {

bool isTarget(const Subject& subject, TensorIndex tensor)
{
    return std::any_of(subject.targets.begin(), subject.targets.end(), [tensor](const Target& target) {
        return target.element.tensor == tensor || (target.subtracted && target.subtracted->tensor == tensor);
    });
}

/// The network's chains, ended also behind tensors that the question asks for.
std::vector<LayerChain> chainsOf(const Subject& subject)
{
    std::vector<LayerChain> chains;
    for (const LayerChain& chain : layerChains(*subject.network)) {
        LayerChain part;
        for (const std::size_t step : chain.steps) {
            part.steps.push_back(step);
            part.output = subject.network->steps[step].output;
            if (isTarget(subject, part.output)) {
                chains.push_back(part);
                part.steps.clear();
            }
        }
        if (!part.steps.empty())
            chains.push_back(part);
    }
    return chains;
}

/// What a chain reads from outside of it.
std::vector<TensorIndex> argumentsOf(const PreparedNetwork& network, const LayerChain& chain)
{
    std::vector<TensorIndex> arguments;
    std::set<TensorIndex> inner;
    for (const std::size_t step : chain.steps) {
        for (const TensorIndex input : network.steps[step].inputs) {
            const bool isNew = std::find(arguments.begin(), arguments.end(), input) == arguments.end();
            if (isNew && !inner.contains(input) && !network.tensor(input).constant)
                arguments.push_back(input);
        }
        inner.insert(network.steps[step].output);
    }
    return arguments;
}

/// The chains that the targets need, in order.
std::vector<LayerChain> neededChains(const Subject& subject)
{
    std::set<TensorIndex> needed;
    for (const Target& target : subject.targets) {
        needed.insert(target.element.tensor);
        if (target.subtracted)
            needed.insert(target.subtracted->tensor);
    }
    std::vector<LayerChain> kept;
    const std::vector<LayerChain> chains = chainsOf(subject);
    for (auto chain = chains.rbegin(); chain != chains.rend(); ++chain) {
        if (!needed.contains(chain->output))
            continue;
        for (const TensorIndex argument : argumentsOf(*subject.network, *chain))
            needed.insert(argument);
        kept.push_back(*chain);
    }
    std::reverse(kept.begin(), kept.end());
    return kept;
}

std::shared_ptr<const PreparedNetwork> cutOut(
    const PreparedNetwork& network, const LayerChain& chain, const std::vector<TensorIndex>& arguments)
{
    auto part = std::make_shared<PreparedNetwork>(network);
    part->steps.clear();
    for (const std::size_t step : chain.steps)
        part->steps.push_back(network.steps[step]);
    part->inputElements.clear();
    for (const TensorIndex argument : arguments) {
        for (std::size_t i = 0; i < network.tensor(argument).shape.elementCount(); ++i)
            part->inputElements.push_back({argument, i});
    }
    return part;
}

std::vector<ElementReference> elementsOf(const PreparedNetwork& network, TensorIndex tensor)
{
    std::vector<ElementReference> elements;
    for (std::size_t i = 0; i < network.tensor(tensor).shape.elementCount(); ++i)
        elements.push_back({tensor, i});
    return elements;
}

class LayerWriting
{
public:
    explicit LayerWriting(const Subject& subject) : m_subject(subject)
    {
        for (const std::string& symbol : subject.inputSymbols) {
            m_table.unique(symbol);
            m_table.unique(symbol.substr(0, symbol.find('_'))); // elements of a layer x are called x_1, x_2 ...
        }
        m_table.unique("x");
        writeTypedScaling();
    }

    std::vector<LayerEquation> layers;

    Result<void> add(const LayerChain& chain, const Progress& progress)
    {
        const PreparedNetwork& network = *m_subject.network;
        const std::vector<TensorIndex> arguments = argumentsOf(network, chain);
        const auto part = cutOut(network, chain, arguments);
        const auto equations = deriveEquations(*part, {.outputs = elementsOf(network, chain.output)}, progress);
        if (!equations)
            return tl::unexpected(equations.error());
        LayerEquation layer;
        layer.tensor = chain.output;
        layer.rows = (*equations)->outputCount();
        const std::vector<std::uint32_t> columns = setArguments(layer, arguments);
        if (!write(layer, **equations, columns)) {
            if (chain.steps.size() > 1)
                return addStepByStep(chain, progress);
            addInParts(layer, **equations, columns);
        }
        if (!layer.function && layer.arguments.size() == 1 && isIdentity(layer)) {
            m_symbols[chain.output] = layer.arguments.front(); // a reshape, or a scaling by 1: the same vector
            return {};
        }
        decorate(layer, chain);
        layer.symbol = symbolOf(chain.output);
        m_symbols[chain.output] = layer.symbol;
        layers.push_back(std::move(layer));
        return {};
    }

    Expression element(ElementReference element) const
    {
        const auto layer = m_symbols.find(element.tensor);
        if (layer != m_symbols.end() && layer->second != "x")
            return Expression::symbol(layerElement(layer->second, element.element));
        for (std::size_t i = 0; i < m_subject.network->inputCount(); ++i) {
            const InputElement& input = m_subject.network->inputElements[i];
            const bool isAlias = layer != m_symbols.end() && i == element.element;
            if (isAlias || (input.tensor == element.tensor && input.element == element.element))
                return inputInFile(i);
        }
        return {};
    }

private:
    Expression inputInFile(std::size_t input) const
    {
        if (!m_subject.isFree(input))
            return m_subject.inputs[input].reference;
        const AffineStep shown{Expression::symbol(m_subject.inputSymbols[input]), 1, 0, false};
        return fileFromShown(shown, m_subject.inputs[input].scaling).written;
    }

    bool isMovement(const LayerChain& chain) const
    {
        return std::all_of(chain.steps.begin(), chain.steps.end(), [this](std::size_t step) {
            return m_subject.network->steps[step].kernel->character() == Kernel::Character::Movement;
        });
    }

    /// x holds the numbers that the formula shows; the file's are a layer of their own where scaling was typed.
    void writeTypedScaling()
    {
        const bool plain = std::all_of(m_subject.inputs.begin(), m_subject.inputs.end(),
            [](const InputQuantity& input) { return input.scaling.isIdentity(); });
        if (plain)
            return;
        LayerEquation layer;
        layer.symbol = m_table.unique("x0");
        layer.arguments = {"x"};
        layer.rows = layer.columns = m_subject.inputs.size();
        WrittenScaling typed;
        for (const InputQuantity& input : m_subject.inputs) {
            typed.scale.push_back(input.scaling.scale);
            typed.offset.push_back(input.scaling.offset);
        }
        layer.scaling = ElementwiseScaling::Centred;
        layer.sparse = formsOf(typed, layer.scaling);
        nameScaling(layer);
        m_inputs = layer.symbol;
        layers.push_back(std::move(layer));
    }

    /// Column of each input element of the cut-out network.
    std::vector<std::uint32_t> setArguments(LayerEquation& layer, const std::vector<TensorIndex>& arguments)
    {
        std::vector<std::uint32_t> columns;
        std::optional<std::size_t> inputsFrom;
        for (const TensorIndex argument : arguments) {
            const std::size_t count = m_subject.network->tensor(argument).shape.elementCount();
            if (m_symbols.contains(argument)) {
                for (std::size_t i = 0; i < count; ++i)
                    columns.push_back(static_cast<std::uint32_t>(layer.columns + i));
                layer.arguments.push_back(m_symbols.at(argument));
                layer.columns += count;
                continue;
            }
            if (!inputsFrom) {
                inputsFrom = layer.columns;
                layer.arguments.push_back(m_inputs);
                layer.columns += m_subject.inputs.size();
            }
            for (std::size_t i = 0; i < m_subject.inputs.size(); ++i) {
                if (m_subject.network->inputElements[i].tensor == argument)
                    columns.push_back(static_cast<std::uint32_t>(*inputsFrom + i));
            }
        }
        return columns;
    }

    /// Forms of each row in a list; false where the chain is not one function of affine forms.
    static bool write(LayerEquation& layer, const Equations& equations, const std::vector<std::uint32_t>& columns)
    {
        layer.sparse.first.push_back(0);
        for (std::size_t row = 0; row < layer.rows; ++row) {
            const FormView form = equations.output(row);
            const bool isUnit = form.size() == 1 && !equations.isInput(form.ids[0]);
            if (!isUnit) {
                if (layer.function || !append(layer.sparse, equations, form, columns))
                    return false;
                continue;
            }
            if (form.constant != 0 || form.coefficients[0] != 1
                || !appendUnit(layer, equations, equations.unitOf(form.ids[0]), row, columns))
                return false;
        }
        return true;
    }

    static bool appendUnit(LayerEquation& layer, const Equations& equations, UnitIndex unit, std::size_t row,
        const std::vector<std::uint32_t>& columns)
    {
        const Equations::UnitRecord& record = equations.unit(unit);
        const std::span<const double> parameters = equations.parameters(unit);
        const std::vector<double> own(parameters.begin(), parameters.end());
        if (row == 0) {
            layer.function = record.function;
            layer.parameters = own;
            layer.operandsPerRow = record.operandCount;
        }
        const bool same = layer.function == record.function && layer.parameters == own
            && layer.operandsPerRow == record.operandCount;
        for (std::size_t k = 0; same && k < record.operandCount; ++k) {
            if (!append(layer.sparse, equations, equations.operand(unit, k), columns))
                return false;
        }
        return same;
    }

    static bool append(
        SparseForms& forms, const Equations& equations, const FormView& form, const std::vector<std::uint32_t>& columns)
    {
        const bool isAffine
            = std::all_of(form.ids.begin(), form.ids.end(), [&equations](TermId id) { return equations.isInput(id); });
        if (isAffine)
            appendForm(forms, form, columns);
        return isAffine;
    }

    /// One line a step, where a chain as a whole is none.
    Result<void> addStepByStep(const LayerChain& chain, const Progress& progress)
    {
        for (const std::size_t step : chain.steps) {
            const LayerChain part{{step}, m_subject.network->steps[step].output};
            if (Result<void> added = add(part, progress); !added)
                return added;
        }
        return {};
    }

    /// An operator that is several functions of each other (a normalisation: mean, variance, quotient) gets a line u1,
    /// u2 ... for each of them; `layer`, which has its arguments, becomes what is affine in them.
    void addInParts(LayerEquation& layer, const Equations& equations, std::vector<std::uint32_t> columns)
    {
        layer.sparse = {};
        layer.function.reset();
        layer.parameters.clear();
        layer.operandsPerRow = 1;
        columns.resize(equations.inputCount() + equations.unitCount());
        for (const auto& [group, units] : grouped(equations)) {
            LayerEquation line = layer;
            line.symbol = m_table.unique(group.label.empty() ? "u" + std::to_string(++m_parts) : group.label);
            line.words = "part of " + m_subject.network->network->tensor(*layer.tensor).name;
            line.function = group.function;
            line.parameters = group.parameters;
            line.operandsPerRow = group.operands;
            line.rows = units.size();
            line.tensor.reset();
            line.sparse.first.push_back(0);
            for (std::size_t row = 0; row < units.size(); ++row) {
                for (std::size_t k = 0; k < group.operands; ++k)
                    appendForm(line.sparse, equations.operand(units[row], k), columns);
                columns[equations.termOf(units[row])] = static_cast<std::uint32_t>(layer.columns + row);
            }
            layer.arguments.push_back(line.symbol);
            layer.columns += line.rows;
            keepWhatIsRead(line);
            if (!group.label.empty())
                writeGate(line);
            layers.push_back(std::move(line));
        }
        layer.sparse.first.push_back(0);
        for (std::size_t row = 0; row < layer.rows; ++row)
            appendForm(layer.sparse, equations.output(row), columns);
    }

    /// What a recurrent layer names is written like a layer of its own: i_2 = sigmoid(W x + b).
    void writeGate(LayerEquation& line)
    {
        if (line.operandsPerRow != 1 || !(isSmallMatrix(line) || isFull(line)))
            return;
        if (line.function == idOf<functions::NamedSum>())
            line.function.reset();
        line.words.clear();
        makeDense(line);
    }

    /// Leaves out arguments of which the line reads nothing.
    void keepWhatIsRead(LayerEquation& line) const
    {
        std::vector<std::uint32_t> moved(line.columns, 0);
        for (const std::uint32_t column : line.sparse.column)
            moved[column] = 1;
        std::vector<std::string> kept;
        std::size_t from = 0;
        std::size_t columns = 0;
        for (const std::string& argument : line.arguments) {
            const std::size_t size = sizeOf(argument);
            const auto begin = moved.begin() + static_cast<std::ptrdiff_t>(from);
            const auto end = begin + static_cast<std::ptrdiff_t>(size);
            from += size;
            if (std::find(begin, end, 1U) == end)
                continue;
            std::iota(begin, end, static_cast<std::uint32_t>(columns));
            columns += size;
            kept.push_back(argument);
        }
        for (std::uint32_t& column : line.sparse.column)
            column = moved[column];
        line.arguments = std::move(kept);
        line.columns = columns;
    }

    std::size_t sizeOf(const std::string& argument) const
    {
        const auto layer = std::find_if(
            layers.begin(), layers.end(), [&argument](const LayerEquation& line) { return line.symbol == argument; });
        return layer == layers.end() ? m_subject.inputs.size() : layer->rows;
    }

    bool hasOneOf(const LayerChain& chain, std::initializer_list<std::string_view> operators) const
    {
        return std::any_of(chain.steps.begin(), chain.steps.end(), [&](std::size_t step) {
            const std::string& name
                = m_subject.network->network->node(m_subject.network->steps[step].node).operatorName;
            return std::find(operators.begin(), operators.end(), name) != operators.end();
        });
    }

    bool hasMatrix(const LayerChain& chain) const { return hasOneOf(chain, {"Gemm", "MatMul"}); }

    /// How the file computes what is a scaling: with Sub or Div it is (x - m)/s, from whole numbers s (x - zero point).
    ElementwiseScaling scalingOf(const LayerEquation& layer, const LayerChain& chain) const
    {
        const std::vector<double>& scale = layer.sparse.coefficient;
        if (hasMatrix(chain) || !isElementwise(layer) || std::find(scale.begin(), scale.end(), 0.0) != scale.end())
            return ElementwiseScaling::None;
        if (hasOneOf(chain, {"DequantizeLinear"}))
            return ElementwiseScaling::Shifted;
        return hasOneOf(chain, {"Sub", "Div"}) ? ElementwiseScaling::Centred : ElementwiseScaling::Scaled;
    }

    void nameScaling(LayerEquation& layer)
    {
        ++m_scalings;
        layer.matrixSymbol = m_table.unique("s" + std::to_string(m_scalings));
        layer.offsetSymbol = m_table.unique("m" + std::to_string(m_scalings));
    }

    /// Gives the layer the shape in which a reader knows it.
    void decorate(LayerEquation& layer, const LayerChain& chain)
    {
        foldSoftmax(layer);
        const bool isVector = layer.operandsPerRow == 1;
        if (isVector && isIdentity(layer)) {
            layer.sparse = {};
        } else if (layer.scaling = scalingOf(layer, chain); layer.scaling != ElementwiseScaling::None) {
            nameScaling(layer);
        } else if (isVector && !isMovement(chain) && (isSmallMatrix(layer) || (hasMatrix(chain) && isFull(layer)))) {
            makeDense(layer);
        } else {
            const std::string part = isMovement(chain) ? partOfVector(layer) : "";
            layer.words = part.empty() ? title(*m_subject.network, chain) : part;
        }
    }

    void makeDense(LayerEquation& layer)
    {
        ++m_matrices;
        layer.matrix.assign(layer.rows * layer.columns, 0.0);
        for (std::size_t row = 0; row < layer.rows; ++row) {
            for (std::uint32_t i = layer.sparse.first[row]; i < layer.sparse.first[row + 1]; ++i)
                layer.matrix[row * layer.columns + layer.sparse.column[i]] = layer.sparse.coefficient[i];
        }
        const std::vector<double>& constant = layer.sparse.constant;
        if (std::any_of(constant.begin(), constant.end(), [](double b) { return b != 0; }))
            layer.offset = constant;
        layer.sparse = {};
        layer.matrixSymbol = m_table.unique("W" + std::to_string(m_matrices));
        if (!layer.offset.empty())
            layer.offsetSymbol = m_table.unique("b" + std::to_string(m_matrices));
    }

    /// "p" where the results are p1, p2 ... element by element.
    std::string outputSymbol(TensorIndex tensor) const
    {
        std::set<std::string> stems;
        for (const Target& target : m_subject.targets) {
            if (target.element.tensor != tensor || target.subtracted)
                continue;
            const std::string number = std::to_string(target.element.element + 1);
            const bool isNumbered = target.symbol.ends_with(number) && target.symbol.size() > number.size();
            std::string stem
                = isNumbered ? target.symbol.substr(0, target.symbol.size() - number.size()) : target.symbol;
            if (stem.ends_with('_'))
                stem.pop_back();
            stems.insert(stem);
        }
        const bool hasOne = stems.size() == 1 && !stems.begin()->empty()
            && std::none_of(stems.begin()->begin(), stems.begin()->end(), [](char c) { return c >= '0' && c <= '9'; });
        return hasOne && !m_table.isTaken(*stems.begin()) ? *stems.begin() : "y";
    }

    /// "h1"; sums, of which there may be several at one depth, take further letters.
    std::string symbolOf(TensorIndex tensor)
    {
        const std::vector<TensorIndex>& outputs = m_subject.network->network->outputs;
        const bool isOutput = std::find(outputs.begin(), outputs.end(), tensor) != outputs.end();
        const std::string wished = isOutput ? outputSymbol(tensor) : m_subject.elementSymbols.vectorSymbol(tensor);
        if (wished.front() != 'a' || m_sums.insert(wished).second)
            return m_table.unique(wished);
        for (const char letter : {'c', 'd', 'e', 'k', 'm', 'n', 'w'}) {
            const std::string other = letter + wished.substr(1);
            if (m_sums.insert(other).second)
                return m_table.unique(other);
        }
        return m_table.unique(wished);
    }

    const Subject& m_subject;
    SymbolTable m_table;
    std::string m_inputs = "x"; ///< the vector of the file's numbers
    std::map<TensorIndex, std::string> m_symbols; ///< of layers so far
    std::set<std::string> m_sums; ///< symbols that sums have taken
    std::size_t m_matrices = 0;
    std::size_t m_scalings = 0;
    std::size_t m_parts = 0;
};

} // namespace

Result<Formula> layersForm(
    const Subject& subject, const std::optional<std::size_t>& derivativeBy, const Progress& progress)
{
    Formula formula = withoutEquations(subject, Form::Layers);
    LayerWriting writing(subject);
    const std::vector<LayerChain> chains = neededChains(subject);
    for (std::size_t i = 0; i < chains.size(); ++i) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        if (Result<void> added = writing.add(chains[i], progress); !added)
            return tl::unexpected(added.error());
        progress.report(static_cast<double>(i + 1) / static_cast<double>(chains.size()));
    }
    for (const Target& target : subject.targets) {
        Expression value = writing.element(target.element);
        if (target.subtracted)
            value = value - writing.element(*target.subtracted);
        value = Expression::sum(target.scaling.offset, {{target.scaling.scale, value}});
        formula.results.push_back({target.symbol, target.sourceName, target.description, target.unit, target.element,
            target.subtracted, target.scaling, {}, value});
    }
    formula.layers = std::move(writing.layers);
    if (!derivativeBy)
        return formula;
    // The layers stay; their elements' derivatives are written out below them.
    const auto variable = std::find_if(formula.variables.begin(), formula.variables.end(),
        [&derivativeBy](const Variable& candidate) { return candidate.inputElement == *derivativeBy; });
    Result<std::vector<Definition>> elements = layerDefinitions(formula, subject.inputs.size());
    if (!elements)
        return tl::unexpected(elements.error());
    formula.definitions = *elements;
    Formula derived = differentiated(formula, *variable);
    std::set<std::string> ofLayers;
    for (const Definition& element : *elements)
        ofLayers.insert(element.symbol);
    std::erase_if(derived.definitions,
        [&ofLayers](const Definition& definition) { return ofLayers.contains(definition.symbol); });
    return derived;
}

} // namespace formulens
