// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/ActivationSearch.h"

#include "core/analysis/Agreement.h"
#include "core/base/Numerals.h"
#include "core/data/ArrayDataSet.h"
#include "core/importers/ArchitectureNetwork.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace formulens {

namespace {

using Kind = ArchitectureStep::Kind;

/// The empty one is none.
constexpr const char* hiddenActivations[] = {"relu", "tanh", "sigmoid", "LeakyReLU", "LeakyReLU(0.1)", "LeakyReLU(0.2)",
    "LeakyReLU(0.3)", "elu", "selu", "celu", "gelu", "gelu(tanh)", "silu", "mish", "softplus", "softsign", "relu6",
    "hardtanh", "hardsigmoid", "hardswish", "sin", "cos", "gaussian", "exp", "square", ""};
constexpr const char* lastActivations[] = {"", "sigmoid", "tanh", "softmax", "logsoftmax", "relu", "softplus", "exp",
    "hardtanh", "logsigmoid", "relu6", "softsign"};

/// Where activations stand: behind which steps, with those that are there taken out.
struct Frame
{
    std::vector<ArchitectureStep> steps; ///< without activations
    std::vector<std::size_t> hidden; ///< steps of it in front of which one stands
};

bool multiplies(const ArchitectureStep& step)
{
    return step.kind == Kind::Linear || step.kind == Kind::Convolution || step.kind == Kind::TransposedConvolution
        || step.kind == Kind::Recurrent;
}

Frame frameOf(const std::vector<ArchitectureStep>& steps)
{
    const auto last = std::find_if(steps.rbegin(), steps.rend(), multiplies).base();
    Frame frame;
    for (auto step = steps.begin(); step != steps.end(); ++step) {
        if (step->kind != Kind::Activation)
            frame.steps.push_back(*step);
        else if (step < last)
            frame.hidden.push_back(frame.steps.size());
    }
    return frame;
}

std::vector<ArchitectureStep> filled(const Frame& frame, const std::string& hidden, const std::string& last)
{
    const auto append = [](std::vector<ArchitectureStep>& steps, const std::string& word) {
        if (!word.empty())
            steps.push_back(parseArchitecture(word).value().front());
    };
    std::vector<ArchitectureStep> steps;
    for (std::size_t i = 0; i < frame.steps.size(); ++i) {
        for (const std::size_t place : frame.hidden)
            if (place == i)
                append(steps, hidden);
        steps.push_back(frame.steps[i]);
    }
    append(steps, last);
    return steps;
}

/// The first rows, which most candidates fail on.
DataSet firstRows(const DataSet& data, std::size_t rows)
{
    DataSet some = data;
    some.points.count = std::min(rows, data.points.count);
    if (data.points.count > 0) {
        some.points.values.resize(data.points.values.size() / data.points.count * some.points.count);
        some.targets.resize(data.targets.size() / data.points.count * some.points.count);
    }
    return some;
}

class Search
{
public:
    Search(const ActivationSearchRequest& request, const Progress& progress) : m_request(request), m_progress(progress)
    {
    }

    Result<std::vector<ActivationFinding>> run()
    {
        const Frame frame = frameOf(m_request.steps);
        std::vector<std::string> hidden(std::begin(hiddenActivations), std::end(hiddenActivations));
        if (frame.hidden.empty())
            hidden = {""};
        std::size_t done = 0;
        for (const std::string& each : hidden) {
            for (const char* last : lastActivations) {
                if (m_progress.stopped())
                    return failure(ErrorCode::Cancelled, "stopped");
                if (const auto tried = attempt(filled(frame, each, last)); !tried)
                    return tl::unexpected(tried.error());
            }
            m_progress.report(static_cast<double>(++done) / static_cast<double>(hidden.size()));
        }
        return judged();
    }

private:
    Result<void> attempt(std::vector<ArchitectureStep> steps)
    {
        constexpr std::size_t screened = 64;
        const auto model = networkOf(*m_request.weights, steps);
        if (!model)
            return tl::unexpected(model.error());
        const auto network = prepare(model->network);
        if (!network)
            return tl::unexpected(network.error());
        const Question question = m_request.question(**network);
        if (m_data.points.count == 0) {
            Result<DataSet> data = readDataSet(m_request.data, **network, question);
            if (!data)
                return tl::unexpected(data.error());
            if (data->points.count == 0 || data->outputs.empty())
                return failure(ErrorCode::BadQuestion,
                    m_request.data.filename().string() + ": has no rows of inputs and outputs to compare with");
            m_data = std::move(*data);
        }
        double share = shareOf(firstRows(m_data, screened), *network, question);
        if (share <= m_request.tolerance && m_data.points.count > screened)
            share = shareOf(m_data, *network, question);
        m_findings.push_back({std::move(steps), share, m_data.points.count});
        return {};
    }

    double shareOf(const DataSet& data, const std::shared_ptr<const PreparedNetwork>& network, const Question& question)
    {
        const double never = std::numeric_limits<double>::infinity();
        const auto agreements = agreementWith(data, network, question);
        if (!agreements)
            return never;
        double share = 0;
        for (const Agreement& agreement : *agreements)
            share = std::isfinite(agreement.share()) ? std::max(share, agreement.share()) : never;
        return share;
    }

    Result<std::vector<ActivationFinding>> judged()
    {
        std::ranges::stable_sort(m_findings, {}, &ActivationFinding::share);
        const ActivationFinding& best = m_findings.front();
        if (!(best.share <= m_request.tolerance))
            return failure(ErrorCode::BadQuestion,
                "no usual activation agrees with " + m_request.data.filename().string() + ": the best, "
                    + textOf(best.steps) + ", is off by " + legible(100 * best.share, 2) + " % of the data's range");
        const double most = std::min(m_request.tolerance, 10 * best.share + 1e-9);
        std::erase_if(m_findings, [&](const ActivationFinding& finding) { return !(finding.share <= most); });
        return std::move(m_findings);
    }

    const ActivationSearchRequest& m_request;
    const Progress& m_progress;
    DataSet m_data;
    std::vector<ActivationFinding> m_findings;
};

} // namespace

Result<std::vector<ActivationFinding>> findActivations(const ActivationSearchRequest& request, const Progress& progress)
{
    if (request.steps.empty())
        return failure(ErrorCode::BadQuestion, "the architecture is empty, expected steps such as Linear,relu,Linear");
    return Search(request, progress).run();
}

} // namespace formulens
