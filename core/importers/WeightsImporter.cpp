// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/WeightsImporter.h"

#include "core/importers/ArchitectureNetwork.h"
#include "core/importers/ArchitectureProposal.h"
#include "core/importers/ImportDoor.h"
#include "core/importers/containers/Safetensors.h"
#include "core/importers/containers/TorchFile.h"

namespace formulens {

namespace {

void addWarnings(ImportedModel& model, const ArchitectureProposal& proposal, bool isGuessed)
{
    const auto add = [&](const std::vector<std::string>& words) {
        model.warnings.insert(model.warnings.end(), words.begin(), words.end());
    };
    add(proposal.weights.warnings);
    if (!proposal.weights.others.empty()) {
        std::string words = "tensors that belong to no layer that is known are left out:";
        for (const std::string& other : proposal.weights.others)
            words += (words.ends_with(':') ? " " : ", ") + other;
        model.warnings.push_back(words.substr(0, 400));
    }
    if (isGuessed && !proposal.isOfClasses)
        model.warnings.emplace_back("the file holds one layer and names no activation: it is read as linear; say "
                                    "--architecture \"Linear,sigmoid\" where one stands behind it");
}

} // namespace

Result<ImportedModel> networkOfWeights(
    const NamedTensors& tensors, const ImportOptions& options, const std::string& format)
{
    const Result<ArchitectureProposal> proposal = proposeArchitecture(tensors);
    if (!proposal)
        return tl::unexpected(proposal.error());
    const bool isGuessed = options.architecture.empty();
    if (isGuessed && !proposal->isCertain)
        return tl::unexpected(needsArchitecture(*proposal));
    const auto steps = parseArchitecture(isGuessed ? proposal->text() : options.architecture);
    if (!steps)
        return tl::unexpected(steps.error());
    Result<ImportedModel> model = networkOf(proposal->weights, *steps);
    if (!model)
        return model;
    auto network = std::make_shared<Network>(*model->network);
    network->format = isGuessed ? format : format + ", with layers that were said: " + textOf(*steps);
    network->metadata.emplace("architecture", textOf(*steps));
    model->network = std::move(network);
    model->warnings.insert(model->warnings.begin(), tensors.warnings.begin(), tensors.warnings.end());
    addWarnings(*model, *proposal, isGuessed);
    // A formula of such a file is as good as what was said.
    if (!isGuessed)
        model->warnings.push_back(
            "the file holds weights only; what is computed between them was said: " + textOf(*steps));
    return model;
}

Result<ImportedModel> readTorch(const ImportRequest& request, const Progress&)
{
    return throughDoor(request.file->path().filename().string(), [&]() -> Result<ImportedModel> {
        return orThrow(networkOfWeights(orThrow(torchfile::read(request.file)), request.options, "PyTorch weights"));
    });
}

Result<ImportedModel> readSafetensors(const ImportRequest& request, const Progress&)
{
    return throughDoor(request.file->path().filename().string(), [&]() -> Result<ImportedModel> {
        const safetensors::Contents contents = orThrow(safetensors::read(request.file));
        return orThrow(networkOfWeights(contents.tensors, request.options, "safetensors"));
    });
}

} // namespace formulens
