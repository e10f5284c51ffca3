// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Program.h"

#include "core/equations/Equations.h"
#include "core/operators/Push.h"

#include <algorithm>
#include <map>

namespace formulens {

namespace {

/// Up to this many terms equations are the faster way, and cheap to derive; above, the operators' own kernels run.
constexpr std::uint64_t equationTerms = 4'000'000;

/// Point by point through the operators' templates: slow, but without a limit of size.
class GraphProgram final : public Program
{
public:
    GraphProgram(std::shared_ptr<const PreparedNetwork> network, std::span<const ElementReference> outputs)
        : m_network(std::move(network)), m_outputs(outputs.begin(), outputs.end())
    {
        for (std::size_t i = 0; i < m_outputs.size(); ++i)
            m_byTensor[m_outputs[i].tensor].push_back(i);
    }

    std::size_t inputCount() const override { return m_network->inputCount(); }
    std::size_t outputCount() const override { return m_outputs.size(); }

    Result<void> evaluate(
        std::span<const double> points, std::span<double> values, const Progress& progress) const override
    {
        const std::size_t count = values.size() / std::max<std::size_t>(1, outputCount());
        for (std::size_t point = 0; point < count; ++point) {
            const auto x = points.subspan(point * inputCount(), inputCount());
            for (const auto& [tensor, outputs] : m_byTensor) {
                const auto elements = push<double>(*m_network, tensor, x, progress);
                if (!elements)
                    return tl::unexpected(elements.error());
                for (const std::size_t output : outputs)
                    values[point * outputCount() + output] = (*elements)[m_outputs[output].element];
            }
            progress.report(static_cast<double>(point + 1) / static_cast<double>(count));
        }
        return {};
    }

    Result<void> differentiate(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const override
    {
        const std::size_t count = values.size() / std::max<std::size_t>(1, outputCount());
        for (std::size_t point = 0; point < count; ++point)
            for (std::size_t input = 0; input < inputCount(); ++input) {
                const auto x = points.subspan(point * inputCount(), inputCount());
                if (auto done = slopesAlong(x, input, values.subspan(point * outputCount(), outputCount()),
                        jacobians.subspan(point * outputCount() * inputCount(), outputCount() * inputCount()),
                        progress);
                    !done)
                    return done;
            }
        return inputCount() == 0 ? evaluate(points, values, progress) : Result<void>();
    }

private:
    Result<void> slopesAlong(std::span<const double> x, std::size_t input, std::span<double> values,
        std::span<double> jacobian, const Progress& progress) const
    {
        std::vector<Dual<double>> point;
        point.reserve(x.size());
        for (std::size_t i = 0; i < x.size(); ++i)
            point.emplace_back(x[i], i == input ? 1.0 : 0.0);
        for (const auto& [tensor, outputs] : m_byTensor) {
            const auto elements
                = push<Dual<double>>(*m_network, tensor, std::span<const Dual<double>>(point), progress);
            if (!elements)
                return tl::unexpected(elements.error());
            for (const std::size_t output : outputs) {
                const Dual<double>& element = (*elements)[m_outputs[output].element];
                values[output] = element.value;
                jacobian[output * inputCount() + input] = element.slope;
            }
        }
        return {};
    }

    std::shared_ptr<const PreparedNetwork> m_network;
    std::vector<ElementReference> m_outputs;
    std::map<TensorIndex, std::vector<std::size_t>> m_byTensor; ///< positions among the outputs
};

} // namespace

Result<std::shared_ptr<const Program>> compile(
    std::shared_ptr<const PreparedNetwork> network, std::span<const ElementReference> outputs)
{
    for (const ElementReference& output : outputs)
        if (const auto& unavailable = network->tensor(output.tensor).unavailable)
            return tl::unexpected(*unavailable);
    if (forecastTerms(*network, outputs) > equationTerms)
        return std::make_shared<const GraphProgram>(std::move(network), outputs);
    EquationsRequest request;
    request.outputs.assign(outputs.begin(), outputs.end());
    auto equations = deriveEquations(*network, request);
    if (!equations)
        return tl::unexpected(equations.error());
    return compile(std::move(*equations));
}

} // namespace formulens
