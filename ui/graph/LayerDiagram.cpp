// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/GraphLayout.h"
#include "core/operators/LayerChains.h"
#include "ui/graph/Diagram.h"
#include "ui/graph/DiagramPainter.h"
#include "ui/graph/DiagramText.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace formulens {

namespace {

constexpr double boxPadding = 24;
constexpr double expanderRoom = 14;
constexpr double boxHeight = 48;
constexpr double leastBoxWidth = 72;
constexpr double widestWords = 220; ///< of longer ones the middle is left out
constexpr double leastLayerGap = 44;
constexpr double widestRow = 800; ///< of a chain that is legible in the window's middle
constexpr double arrowRoom = 22; ///< of a label's gap: the arrow's head and some air

/// Empty where it is not known: what comes out of a layer that cannot be computed.
QString shapeText(const PreparedTensor& tensor)
{
    const Shape& shape = tensor.shape;
    if (tensor.unavailable && shape.rank() == 0)
        return {};
    QStringList extents;
    const std::vector<std::int64_t>& all = shape.extents();
    for (std::size_t axis = all.size() > 1 && all.front() == 1 ? 1 : 0; axis < all.size(); ++axis)
        extents << QString::number(all[axis]);
    return extents.isEmpty() ? QStringLiteral("1") : extents.join(QStringLiteral("×"));
}

Diagram::Kind kindOf(const PreparedNetwork& network, const LayerChain& chain)
{
    const Step& first = network.steps[chain.steps.front()];
    const std::string& name = network.network->node(first.node).operatorName;
    if (name == "Gemm" || name == "MatMul")
        return Diagram::Kind::Dense;
    if (name.starts_with("Conv"))
        return Diagram::Kind::Convolution;
    if (name.find("Pool") != std::string::npos)
        return Diagram::Kind::Pooling;
    switch (first.kernel->character()) {
    case Kernel::Character::Elementwise:
        return Diagram::Kind::Activation;
    case Kernel::Character::Linear:
        return Diagram::Kind::Scaling;
    case Kernel::Character::Movement:
        return Diagram::Kind::Movement;
    case Kernel::Character::Joint:
        break;
    }
    return Diagram::Kind::Joint;
}

/// Collects boxes and the tensors that join them.
class Builder
{
public:
    Builder(const PreparedNetwork& network, const std::vector<std::size_t>& expanded, const QFont& font)
        : m_network(network)
        , m_expanded(expanded.begin(), expanded.end())
        , m_titleFont(sized(font, diagramTextSize))
        , m_smallFont(sized(font, diagramSmallTextSize))
    {
    }

    Diagram build()
    {
        m_diagram.level = Diagram::Level::Layers;
        addInputs();
        addChains();
        addUnknownNodes();
        addOutputs();
        connect();
        place();
        m_diagram.finish();
        return std::move(m_diagram);
    }

private:
    QString tensorName(TensorIndex tensor) const
    {
        return QString::fromStdString(m_network.network->tensor(tensor).name);
    }

    std::size_t add(Diagram::Kind kind, const QString& title, const QString& subtitle)
    {
        Diagram::Node& node = m_diagram.nodes.emplace_back();
        node.kind = kind;
        node.title = title;
        node.subtitle = subtitle == title ? QString() : subtitle;
        m_reads.emplace_back();
        return m_diagram.nodes.size() - 1;
    }

    void addInputs()
    {
        for (const TensorIndex input : m_network.network->inputs) {
            const std::size_t node = add(Diagram::Kind::Input, tensorName(input),
                withShape(QCoreApplication::translate("LayerDiagram", "input"), input));
            m_diagram.nodes[node].tensor = input;
            m_producer[input] = node;
        }
    }

    void addChains()
    {
        const std::vector<LayerChain> chains = layerChains(m_network);
        for (std::size_t i = 0; i < chains.size(); ++i) {
            if (m_expanded.contains(i))
                for (const std::size_t step : chains[i].steps)
                    m_diagram.nodes[addChain({{step}, m_network.steps[step].output}, i)].expanded = true;
            else
                addChain(chains[i], chains[i].steps.size() > 1 ? std::optional(i) : std::nullopt);
        }
    }

    std::size_t addChain(const LayerChain& chain, std::optional<std::size_t> number)
    {
        const std::size_t node = add(kindOf(m_network, chain), QString::fromStdString(title(m_network, chain)),
            QString::fromStdString(operatorNames(m_network, chain)));
        m_diagram.nodes[node].tensor = chain.output;
        m_diagram.nodes[node].chain = number;
        for (const std::size_t step : chain.steps) {
            for (const TensorIndex input : m_network.steps[step].inputs)
                if (!m_network.tensor(input).constant)
                    m_reads[node].insert(input);
            m_producer[m_network.steps[step].output] = node;
        }
        return node;
    }

    void addUnknownNodes()
    {
        const Network& file = *m_network.network;
        for (std::size_t i = 0; i < file.nodes.size(); ++i) {
            const Node& node = file.nodes[i];
            const auto unavailable = [&](const std::optional<TensorIndex>& tensor) {
                return tensor && m_network.tensor(*tensor).unavailable;
            };
            const auto first = std::ranges::find_if(node.outputs, unavailable);
            if (first == node.outputs.end())
                continue;
            const std::size_t box = add(Diagram::Kind::Unknown, QString::fromStdString(node.operatorName),
                QString::fromStdString(node.domain.empty() ? node.name : node.domain));
            m_diagram.nodes[box].remark = QString::fromStdString(m_network.tensor(**first).unavailable->message);
            for (const auto& input : node.inputs)
                if (input && !m_network.tensor(*input).constant)
                    m_reads[box].insert(*input);
            for (const auto& output : node.outputs)
                if (output)
                    m_producer.emplace(*output, box);
        }
    }

    void addOutputs()
    {
        for (const TensorIndex output : m_network.network->outputs) {
            const std::size_t node = add(Diagram::Kind::Output, tensorName(output),
                withShape(QCoreApplication::translate("LayerDiagram", "output"), output));
            m_diagram.nodes[node].tensor = output;
            m_reads[node].insert(output);
        }
    }

    QString withShape(const QString& word, TensorIndex tensor) const
    {
        const QString shape = shapeText(m_network.tensor(tensor));
        return shape.isEmpty() ? word : word + QStringLiteral(", ") + shape;
    }

    void connect()
    {
        for (std::size_t to = 0; to < m_reads.size(); ++to)
            for (const TensorIndex tensor : m_reads[to]) {
                const auto producer = m_producer.find(tensor);
                if (producer == m_producer.end() || producer->second == to)
                    continue;
                Diagram::Edge& edge = m_diagram.edges.emplace_back();
                edge.from = producer->second;
                edge.to = to;
                edge.label = shapeText(m_network.tensor(tensor));
            }
    }

    double boxWidth(const Diagram::Node& node) const
    {
        const double words = std::max(textWidth(m_titleFont, node.title) + (node.chain ? 2 * expanderRoom : 0),
            textWidth(m_smallFont, node.subtitle));
        return std::max(leastBoxWidth, std::min(words, widestWords) + boxPadding);
    }

    void place()
    {
        layout::Request request;
        request.layerGap = leastLayerGap;
        request.wrapBeyond = widestRow;
        for (const Diagram::Node& node : m_diagram.nodes)
            request.boxes.push_back({boxWidth(node), boxHeight});
        for (const Diagram::Edge& edge : m_diagram.edges)
            request.layerGap = std::max(request.layerGap, textWidth(m_smallFont, edge.label) + arrowRoom);
        for (const Diagram::Edge& edge : m_diagram.edges)
            request.edges.push_back({edge.from, edge.to});
        const layout::Placement placement = layout::layered(request);
        for (std::size_t i = 0; i < m_diagram.nodes.size(); ++i) {
            const layout::Box box = request.boxes[i];
            const layout::Point centre = placement.centres[i];
            m_diagram.nodes[i].place
                = QRectF(centre.x - box.width / 2, centre.y - box.height / 2, box.width, box.height);
        }
        for (std::size_t i = 0; i < m_diagram.edges.size(); ++i)
            for (const layout::Point point : placement.routes[i])
                m_diagram.edges[i].route.emplace_back(point.x, point.y);
    }

    const PreparedNetwork& m_network;
    std::set<std::size_t> m_expanded;
    QFont m_titleFont;
    QFont m_smallFont;
    Diagram m_diagram;
    std::vector<std::set<TensorIndex>> m_reads; ///< parallel to the nodes
    std::map<TensorIndex, std::size_t> m_producer;
};

} // namespace

Diagram layerDiagram(const PreparedNetwork& network, const std::vector<std::size_t>& expanded, const QFont& font)
{
    return Builder(network, expanded, font).build();
}

} // namespace formulens
