// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graph/Diagram.h"

#include <algorithm>
#include <cmath>

namespace formulens {

namespace {

constexpr double circle = 34;
constexpr double circleGap = 14;
constexpr double tile = 10;
constexpr double tileGap = 1;
constexpr double mapGap = 12;
constexpr double columnGap = 130;
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
    if (rows * columns < 2)
        return std::nullopt;
    return std::pair(rows, columns);
}

class Builder
{
public:
    Builder(const PreparedNetwork& network, const Equations& equations, const std::vector<QString>& names)
        : m_network(network), m_equations(equations), m_names(names)
    {
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
            const QString name = input < m_names.size() ? m_names[input] : QString();
            m_diagram.nodes[add(Diagram::Kind::Input, 0, name)].input = input;
        }
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
            const std::string_view function = m_equations.function(unit).spelling.text;
            m_diagram.nodes[node].subtitle
                = QString::fromUtf8(function.data(), static_cast<qsizetype>(function.size()));
            if (!names.empty())
                m_diagram.nodes[node].element = names.front();
            for (std::uint32_t k = 0; k < operands; ++k)
                connect(m_equations.operand(unit, k), node);
        }
    }

    QString elementName(ElementReference element) const
    {
        return QString::fromStdString(m_network.elementName(element.tensor, element.element));
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
                node.title = elementName(element);
                m_alsoCalled.emplace_back(element, *unit);
                continue;
            }
            const std::size_t node = add(Diagram::Kind::Output, column, elementName(element));
            m_diagram.nodes[node].element = element;
            connect(m_equations.output(i), node);
        }
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

    void arrange()
    {
        double x = 0;
        for (const Column& column : columns())
            x += (column.mapRows > 0 ? arrangeTiles(column, x) : arrangeCircles(column, x)) + columnGap;
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
        const double pitch = tile + tileGap;
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
            node.place = QRectF(x, y, tile, tile);
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
    const std::vector<QString>& m_names;
    Diagram m_diagram;
    std::vector<std::pair<ElementReference, std::size_t>> m_alsoCalled; ///< outputs that are a unit's value
};

} // namespace

Diagram neuronDiagram(const PreparedNetwork& network, const Equations& equations, const std::vector<QString>& names)
{
    return Builder(network, equations, names).build();
}

} // namespace formulens
