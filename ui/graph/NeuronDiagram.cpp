// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/UnitSymbols.h"
#include "ui/graph/Diagram.h"
#include "ui/models/NumberText.h"
#include "ui/pictures/SymbolText.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace formulens {

namespace {

constexpr double circle = 36;
constexpr double circleGap = 14;
constexpr double columnHeadingGap = 6;
constexpr double tile = 10;
constexpr double largeTile = 18; ///< of images with few places
constexpr std::size_t largeTileCount = 150;
constexpr double tileGap = 1;
constexpr double mapGap = 12;
constexpr double leastColumnGap = 130;
/// Width to height of the whole: tall networks are spread out, as a window is wider than high.
constexpr double wishedAspect = 1.45;
/// Longer columns of circles are drawn smaller, so that a wide layer stays near its neighbours.
constexpr std::size_t fullSizeCount = 24;

/// Neurons of one column in the order of their elements; of a feature map also its extents.
struct Column
{
    std::vector<std::size_t> nodes;
    std::size_t mapRows = 0; ///< 0: circles
    std::size_t mapColumns = 0;
};

/// Rows and columns of one feature map of the tensor; nothing for tensors that are no images.
std::optional<std::pair<std::size_t, std::size_t>> mapExtents(const Shape& shape)
{
    if (shape.rank() < 3)
        return std::nullopt;
    const auto rows = static_cast<std::size_t>(shape[shape.rank() - 2]);
    const auto columns = static_cast<std::size_t>(shape[shape.rank() - 1]);
    if (rows < 2 || columns < 2)
        return std::nullopt;
    return std::pair(rows, columns);
}

/// "tanh", and for functions that are written as an operation what they do to z: "z₁/z₂", "sum".
QString functionWord(const Function& function)
{
    if (function.name == "named_sum")
        return QCoreApplication::translate("NeuronDiagram", "sum");
    QString word
        = QString::fromUtf8(function.spelling.text.data(), static_cast<qsizetype>(function.spelling.text.size()));
    const bool several = word.contains(QLatin1String("{1}"));
    word.replace(QLatin1String("({0})"), QLatin1String("{0}")).replace(QLatin1String("({1})"), QLatin1String("{1}"));
    word.replace(QLatin1String("{0}"), several ? QStringLiteral("z₁") : QStringLiteral("z"));
    word.replace(QLatin1String("{1}"), QStringLiteral("z₂"));
    return word.replace(QLatin1String("({p0})"), QLatin1String("p"));
}

QString counted(std::size_t count, const QString& one, const QString& many)
{
    return QStringLiteral("%1 %2").arg(grouped(count), count == 1 ? one : many);
}

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

class NeuronDiagramBuilder
{
public:
    NeuronDiagramBuilder(const PreparedNetwork& network, const Equations& equations, const Question& question)
        : m_network(network)
        , m_equations(equations)
        , m_question(question)
        , m_inputSymbols(inputSymbols(question))
        , m_outputSymbols(outputSymbols(question))
    {
        // What formulas about all outputs take before they name units.
        SymbolTable table;
        for (const std::vector<std::string>& symbols : {m_inputSymbols, m_outputSymbols})
            for (const std::string& symbol : symbols)
                table.unique(symbol);
        m_unitSymbols = unitSymbols(equations, ElementSymbols(network), {}, table);
    }

    Diagram build()
    {
        m_diagram.level = Diagram::Level::Neurons;
        addInputs();
        addUnits();
        addOutputs();
        arrange();
        m_diagram.finish();
        nameMergedNeurons();
        return std::move(m_diagram);
    }

private:
    std::size_t add(Diagram::Kind kind, std::size_t column, const QString& title)
    {
        Diagram::Node& node = m_diagram.nodes.emplace_back();
        node.kind = kind;
        node.outline = Diagram::Outline::Circle;
        node.column = column;
        node.title = title;
        return m_diagram.nodes.size() - 1;
    }

    void addInputs()
    {
        for (std::size_t input = 0; input < m_equations.inputCount(); ++input) {
            const InputElement& element = m_network.inputElements[input];
            const std::string& given = m_question.inputs[input].name;
            Diagram::Node& node = m_diagram.nodes[add(
                Diagram::Kind::Input, 0, given.empty() ? elementName({element.tensor, element.element}) : text(given))];
            node.input = input;
            node.symbol = m_inputSymbols[input];
            node.beside = besides(node);
        }
    }

    /// Nothing where the title says no more than the symbol.
    static QString besides(const Diagram::Node& node)
    {
        return node.title == text(node.symbol) ? QString() : node.title;
    }

    std::size_t columnAfter(FormView form, std::size_t column) const
    {
        for (const TermId id : form.ids)
            column = std::max(column, m_diagram.nodes[id].column + 1);
        return column;
    }

    void connect(FormView form, std::size_t to)
    {
        for (std::size_t i = 0; i < form.size(); ++i) {
            Diagram::Edge& edge = m_diagram.edges.emplace_back();
            edge.from = form.ids[i];
            edge.to = to;
            edge.weight = form.coefficients[i];
        }
    }

    /// Units come after the inputs in one numbering, so a term's id is its node.
    void addUnits()
    {
        for (std::size_t i = 0; i < m_equations.unitCount(); ++i) {
            const UnitIndex unit(i);
            const std::uint32_t operands = m_equations.unit(unit).operandCount;
            std::size_t column = 1;
            for (std::uint32_t k = 0; k < operands; ++k)
                column = columnAfter(m_equations.operand(unit, k), column);
            const auto names = m_equations.namesOf(unit);
            const QString title = names.empty() ? QString() : elementName(names.front());
            const std::size_t node = add(Diagram::Kind::Neuron, column, title);
            m_diagram.nodes[node].symbol = m_unitSymbols[i];
            m_diagram.nodes[node].subtitle = functionWord(m_equations.function(unit));
            m_diagram.nodes[node].remark = sameAs(names);
            if (!names.empty())
                m_diagram.nodes[node].element = names.front();
            for (std::uint32_t k = 0; k < operands; ++k)
                connect(m_equations.operand(unit, k), node);
        }
    }

    QString elementName(ElementReference element) const
    {
        return text(m_network.elementName(element.tensor, element.element));
    }

    /// Other neurons that were found to be equal; the same element seen through a reshape is not another one.
    QString sameAs(std::span<const ElementReference> names) const
    {
        constexpr std::size_t most = 4;
        QStringList others;
        for (std::size_t i = 1; i < names.size() && others.size() < static_cast<qsizetype>(most); ++i)
            if (names[i].tensor == names.front().tensor)
                others << elementName(names[i]);
        if (others.isEmpty())
            return {};
        return QCoreApplication::translate("NeuronDiagram", "same as %1").arg(others.join(QStringLiteral(", ")));
    }

    void addOutputs()
    {
        std::size_t last = 1;
        for (const Diagram::Node& node : m_diagram.nodes)
            last = std::max(last, node.column);
        bool ownColumn = false;
        for (std::size_t i = 0; i < m_equations.outputCount(); ++i)
            ownColumn = ownColumn || !unitThatIs(i);
        const std::size_t column = ownColumn ? last + 1 : last;
        for (std::size_t i = 0; i < m_equations.outputCount(); ++i) {
            const ElementReference element = m_equations.outputElement(i);
            if (const std::optional<std::size_t> unit = unitThatIs(i)) {
                Diagram::Node& node = m_diagram.nodes[*unit];
                node.kind = Diagram::Kind::Output;
                node.column = column;
                nameOutput(node, element);
                m_alsoCalled.emplace_back(element, *unit);
                continue;
            }
            const std::size_t node = add(Diagram::Kind::Output, column, QString());
            nameOutput(m_diagram.nodes[node], element);
            m_diagram.nodes[node].element = element;
            connect(m_equations.output(i), node);
        }
    }

    /// A unit that others read too keeps its own symbol, as the equations define it, and the output's stands beside it.
    void nameOutput(Diagram::Node& node, ElementReference element) const
    {
        const auto output = std::ranges::find(m_question.outputs, element, &OutputQuantity::element);
        if (output == m_question.outputs.end()) {
            node.title = elementName(element);
            node.beside = besides(node);
            return;
        }
        const std::string& symbol = m_outputSymbols[static_cast<std::size_t>(output - m_question.outputs.begin())];
        node.title = output->name.empty() ? elementName(element) : text(output->name);
        const bool own = node.symbol.empty();
        if (own)
            node.symbol = symbol;
        node.beside = own || node.title == text(symbol) ? besides(node) : symbolText(symbol) + u' ' + node.title;
    }

    /// The node of the unit whose value output `number` is, if no other output already took it.
    std::optional<std::size_t> unitThatIs(std::size_t number) const
    {
        const FormView form = m_equations.output(number);
        if (form.size() != 1 || form.constant != 0 || form.coefficients[0] != 1 || m_equations.isInput(form.ids[0]))
            return std::nullopt;
        const std::size_t node = form.ids[0];
        const auto taken = [&](const auto& called) { return called.second == node; };
        if (std::ranges::any_of(m_alsoCalled, taken))
            return std::nullopt;
        return node;
    }

    std::optional<TensorIndex> tensorOf(const Diagram::Node& node) const
    {
        if (node.element)
            return node.element->tensor;
        if (node.input)
            return m_network.inputElements[*node.input].tensor;
        return std::nullopt;
    }

    std::vector<Column> columns()
    {
        std::vector<Column> result;
        for (std::size_t i = 0; i < m_diagram.nodes.size(); ++i) {
            const Diagram::Node& node = m_diagram.nodes[i];
            result.resize(std::max(result.size(), node.column + 1));
            Column& column = result[node.column];
            column.nodes.push_back(i);
            if (const std::optional<TensorIndex> tensor = tensorOf(node))
                if (const auto extents = mapExtents(m_network.tensor(*tensor).shape))
                    std::tie(column.mapRows, column.mapColumns) = *extents;
        }
        return result;
    }

    /// Columns are placed one behind the other, then moved apart.
    void arrange()
    {
        const std::vector<Column> all = columns();
        std::vector<double> widths;
        for (const Column& column : all)
            widths.push_back(column.mapRows > 0 ? arrangeTiles(column, 0) : arrangeCircles(column, 0));
        double height = 0;
        for (const Diagram::Node& node : m_diagram.nodes)
            height = std::max(height, 2 * std::fabs(node.place.top()));
        const double gaps = std::max(1.0, static_cast<double>(all.size()) - 1);
        const double room = wishedAspect * height - std::accumulate(widths.begin(), widths.end(), 0.0);
        const double gap = std::max(leastColumnGap, room / gaps);
        double x = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            for (const std::size_t node : all[i].nodes)
                m_diagram.nodes[node].place.translate(x, 0);
            if (!all[i].nodes.empty())
                addHeading(all[i], x + widths[i] / 2);
            x += widths[i] + gap;
        }
    }

    void addHeading(const Column& column, double middle)
    {
        double top = m_diagram.nodes[column.nodes.front()].place.top();
        for (const std::size_t node : column.nodes)
            top = std::min(top, m_diagram.nodes[node].place.top());
        m_diagram.headings.push_back({headingOf(column), QPointF(middle, top - columnHeadingGap)});
    }

    /// "4 inputs", "50 × ReLU", "7 × tanh, σ".
    QString headingOf(const Column& column) const
    {
        QStringList functions;
        for (const std::size_t node : column.nodes) {
            const QString& function = m_diagram.nodes[node].subtitle;
            if (!function.isEmpty() && !functions.contains(function))
                functions << function;
        }
        const Diagram::Kind kind = m_diagram.nodes[column.nodes.front()].kind;
        const std::size_t count = column.nodes.size();
        if (kind == Diagram::Kind::Input)
            return counted(count, QCoreApplication::translate("NeuronDiagram", "input"),
                QCoreApplication::translate("NeuronDiagram", "inputs"));
        if (functions.isEmpty())
            return counted(count, QCoreApplication::translate("NeuronDiagram", "output"),
                QCoreApplication::translate("NeuronDiagram", "outputs"));
        if (functions.size() > 2)
            functions = {functions[0], QStringLiteral("…")};
        const QString words = functions.join(QStringLiteral(", "));
        return count == 1 ? words : QStringLiteral("%1 × %2").arg(grouped(count), words);
    }

    double arrangeCircles(const Column& column, double left)
    {
        const double count = static_cast<double>(column.nodes.size());
        const double shrink = std::max(0.35, std::min(1.0, static_cast<double>(fullSizeCount) / count));
        const double size = circle * shrink;
        const double pitch = size + circleGap * shrink;
        double y = -0.5 * (count * pitch - circleGap * shrink);
        for (const std::size_t node : column.nodes) {
            m_diagram.nodes[node].place = QRectF(left, y, size, size);
            y += pitch;
        }
        return size;
    }

    /// Feature maps below each other, in as many stacks side by side as keep the whole about square.
    double arrangeTiles(const Column& column, double left)
    {
        const std::size_t size = column.mapRows * column.mapColumns;
        const double side = column.nodes.size() <= largeTileCount ? largeTile : tile;
        const double pitch = side + tileGap;
        const double mapWidth = static_cast<double>(column.mapColumns) * pitch + mapGap;
        const double mapHeight = static_cast<double>(column.mapRows) * pitch + mapGap;
        const std::size_t maps = (column.nodes.size() + size - 1) / size;
        const auto stacks = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(maps) / 2)));
        const std::size_t depth = (maps + stacks - 1) / stacks;
        const double top = -0.5 * (static_cast<double>(depth) * mapHeight - mapGap);
        for (std::size_t i = 0; i < column.nodes.size(); ++i) {
            const std::size_t map = i / size;
            const std::size_t row = i % size / column.mapColumns;
            const double x = left + static_cast<double>(map / depth) * mapWidth
                + static_cast<double>(i % column.mapColumns) * pitch;
            const double y = top + static_cast<double>(map % depth) * mapHeight + static_cast<double>(row) * pitch;
            Diagram::Node& node = m_diagram.nodes[column.nodes[i]];
            node.outline = Diagram::Outline::Tile;
            node.beside.clear(); // it would lie upon the next tile
            node.place = QRectF(x, y, side, side);
        }
        return static_cast<double>(stacks) * mapWidth - mapGap;
    }

    void nameMergedNeurons()
    {
        for (const auto& [element, node] : m_alsoCalled)
            m_diagram.nodeOfElement.emplace(element, node);
        for (std::size_t i = 0; i < m_equations.unitCount(); ++i)
            for (const ElementReference& element : m_equations.namesOf(UnitIndex(i)))
                m_diagram.nodeOfElement.emplace(element, m_equations.termOf(UnitIndex(i)));
    }

    const PreparedNetwork& m_network;
    const Equations& m_equations;
    const Question& m_question;
    std::vector<std::string> m_inputSymbols;
    std::vector<std::string> m_outputSymbols;
    std::vector<std::string> m_unitSymbols; ///< empty where a unit has none of its own
    Diagram m_diagram;
    std::vector<std::pair<ElementReference, std::size_t>> m_alsoCalled; ///< outputs that are a unit's value
};

} // namespace

Diagram neuronDiagram(const PreparedNetwork& network, const Equations& equations, const Question& question)
{
    return NeuronDiagramBuilder(network, equations, question).build();
}

} // namespace formulens
