// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/equations/Slice.h"
#include "core/evaluation/Program.h"

#include <algorithm>

// The operators' own templates, tensor by tensor: what every formula is held against, so that nothing of it comes from
// the equations. Points are the lanes of a number type; for slopes at few points the lanes are directions instead.
namespace formulens {

namespace {

/// Below this all tensors of a block stay allocated from block to block; above, each is let go after its last reader.
constexpr std::size_t keptBytes = std::size_t(1) << 26;

/// The elements of every tensor of the slice over one number type.
template <class T>
using Values = std::vector<std::vector<T>>;

class GraphProgram final : public Program
{
public:
    GraphProgram(std::shared_ptr<const PreparedNetwork> network, std::span<const ElementReference> outputs, Slice slice)
        : m_network(std::move(network))
        , m_outputs(outputs.begin(), outputs.end())
        , m_slice(std::move(slice))
        , m_lastReader(m_network->tensors.size())
    {
        for (const std::size_t step : m_slice.steps) {
            m_elements += m_network->tensor(m_network->steps[step].output).shape.elementCount();
            for (const TensorIndex input : m_network->steps[step].inputs)
                m_lastReader[input.position()] = step;
        }
        for (const ElementReference& output : m_outputs)
            m_lastReader[output.tensor.position()] = m_network->steps.size();
    }

    std::size_t inputCount() const override { return m_network->inputCount(); }
    std::size_t outputCount() const override { return m_outputs.size(); }

    Result<void> evaluate(
        std::span<const double> points, std::span<double> values, const Progress& progress) const override
    {
        const std::size_t count = countOf(values);
        if (count == 1)
            return evaluateOne(points, values, progress);
        auto work = constants<Lanes>();
        for (std::size_t first = 0; first < count; first += Lanes::count) {
            const std::size_t active = std::min(Lanes::count, count - first);
            provideInputs<Lanes>(work, [&](std::size_t input) { return lanesOf(points, input, first, active); });
            if (auto done = push(work, progress); !done)
                return done;
            for (std::size_t k = 0; k < m_outputs.size(); ++k)
                for (std::size_t lane = 0; lane < active; ++lane)
                    values[(first + lane) * outputCount() + k] = valueAt(work, k)[lane];
            progress.report(static_cast<double>(first + active) / static_cast<double>(count));
        }
        return {};
    }

    Result<void> differentiate(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const override
    {
        if (inputCount() == 0)
            return evaluate(points, values, progress);
        return countOf(values) < Lanes::count ? alongDirections(points, values, jacobians, progress)
                                              : alongPoints(points, values, jacobians, progress);
    }

private:
    std::size_t countOf(std::span<const double> values) const
    {
        return values.size() / std::max<std::size_t>(1, outputCount());
    }

    Result<void> evaluateOne(std::span<const double> x, std::span<double> values, const Progress& progress) const
    {
        auto work = constants<double>();
        provideInputs<double>(work, [&](std::size_t input) { return x[input]; });
        if (auto done = push(work, progress); !done)
            return done;
        for (std::size_t k = 0; k < m_outputs.size(); ++k)
            values[k] = valueAt(work, k);
        return {};
    }

    /// Lanes are points; one run an input.
    Result<void> alongPoints(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const
    {
        auto work = constants<Dual<Lanes>>();
        const std::size_t count = countOf(values);
        for (std::size_t first = 0; first < count; first += Lanes::count) {
            const std::size_t active = std::min(Lanes::count, count - first);
            for (std::size_t direction = 0; direction < inputCount(); ++direction) {
                provideInputs<Dual<Lanes>>(work, [&](std::size_t input) {
                    return Dual<Lanes>(lanesOf(points, input, first, active), Lanes(input == direction ? 1.0 : 0.0));
                });
                if (auto done = push(work, progress); !done)
                    return done;
                for (std::size_t k = 0; k < m_outputs.size(); ++k) {
                    const Dual<Lanes>& y = valueAt(work, k);
                    for (std::size_t lane = 0; lane < active; ++lane) {
                        const std::size_t at = (first + lane) * outputCount() + k;
                        values[at] = y.value[lane];
                        jacobians[at * inputCount() + direction] = y.slope[lane];
                    }
                }
            }
            progress.report(static_cast<double>(first + active) / static_cast<double>(count));
        }
        return {};
    }

    /// Lanes are directions; one run for several inputs of one point.
    Result<void> alongDirections(std::span<const double> points, std::span<double> values, std::span<double> jacobians,
        const Progress& progress) const
    {
        auto work = constants<Dual<Lanes>>();
        for (std::size_t point = 0; point < countOf(values); ++point) {
            const std::span<const double> x = points.subspan(point * inputCount(), inputCount());
            for (std::size_t first = 0; first < inputCount(); first += Lanes::count) {
                provideInputs<Dual<Lanes>>(work, [&](std::size_t input) {
                    Dual<Lanes> value(x[input]);
                    if (input >= first && input < first + Lanes::count)
                        value.slope[input - first] = 1;
                    return value;
                });
                if (auto done = push(work, progress); !done)
                    return done;
                const std::size_t active = std::min(Lanes::count, inputCount() - first);
                for (std::size_t k = 0; k < m_outputs.size(); ++k) {
                    const std::size_t at = point * outputCount() + k;
                    values[at] = valueAt(work, k).value[0];
                    for (std::size_t lane = 0; lane < active; ++lane)
                        jacobians[at * inputCount() + first + lane] = valueAt(work, k).slope[lane];
                }
            }
        }
        return {};
    }

    Lanes lanesOf(std::span<const double> points, std::size_t input, std::size_t first, std::size_t active) const
    {
        // Lanes without a point repeat the last one: they compute nothing that could surprise.
        Lanes x;
        for (std::size_t lane = 0; lane < Lanes::count; ++lane)
            x[lane] = points[(first + std::min(lane, active - 1)) * inputCount() + input];
        return x;
    }

    template <class T>
    Values<T> constants() const
    {
        Values<T> values(m_network->tensors.size());
        const auto materialise = [&](TensorIndex index) {
            const auto& constant = m_network->tensor(index).constant;
            if (!constant || !values[index.position()].empty())
                return;
            values[index.position()].reserve(constant->size());
            for (std::size_t i = 0; i < constant->size(); ++i)
                values[index.position()].push_back(T(constant->number(i)));
        };
        for (const std::size_t step : m_slice.steps)
            for (const TensorIndex input : m_network->steps[step].inputs)
                materialise(input);
        for (const ElementReference& output : m_outputs)
            materialise(output.tensor);
        return values;
    }

    template <class T, class At>
    void provideInputs(Values<T>& values, const At& at) const
    {
        for (std::size_t k = 0; k < inputCount(); ++k) {
            const InputElement& input = m_network->inputElements[k];
            std::vector<T>& elements = values[input.tensor.position()];
            elements.resize(m_network->tensor(input.tensor).shape.elementCount());
            elements[input.element] = at(k);
        }
    }

    template <class T>
    Result<void> push(Values<T>& values, const Progress& progress) const
    {
        const bool keeps = m_elements * sizeof(T) <= keptBytes;
        std::vector<std::span<const T>> operands;
        for (const std::size_t number : m_slice.steps) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "stopped");
            const Step& step = m_network->steps[number];
            operands.clear();
            for (const TensorIndex input : step.inputs)
                operands.push_back(values[input.position()]);
            std::vector<T>& output = values[step.output.position()];
            output.resize(m_network->tensor(step.output).shape.elementCount());
            step.kernel->run(Operands<T>(operands), std::span<T>(output), m_slice.maskOf(step.output));
            for (const TensorIndex input : step.inputs)
                if (!keeps && m_lastReader[input.position()] == number && !m_network->tensor(input).constant)
                    std::vector<T>().swap(values[input.position()]);
        }
        return {};
    }

    template <class T>
    const T& valueAt(const Values<T>& values, std::size_t output) const
    {
        return values[m_outputs[output].tensor.position()][m_outputs[output].element];
    }

    std::shared_ptr<const PreparedNetwork> m_network;
    std::vector<ElementReference> m_outputs;
    Slice m_slice;
    std::vector<std::size_t> m_lastReader; ///< by tensor
    std::size_t m_elements = 0;
};

} // namespace

Result<std::shared_ptr<const Program>> compile(
    std::shared_ptr<const PreparedNetwork> network, std::span<const ElementReference> outputs)
{
    if (outputs.empty())
        return failure(ErrorCode::BadQuestion, "no output was asked for");
    Result<Slice> slice = sliceFor(*network, outputs);
    if (!slice)
        return tl::unexpected(slice.error());
    return std::make_shared<const GraphProgram>(std::move(network), outputs, std::move(*slice));
}

} // namespace formulens
