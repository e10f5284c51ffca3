// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Options.h"
#include "core/base/Result.h"
#include "core/equations/Equations.h"
#include "core/opening/OpenModel.h"
#include "core/question/Question.h"

#include <string>
#include <vector>

namespace formulens::cli {

/// A model and what is asked of it, as the words of the command line say.
struct Asked
{
    OpenedModel model;
    Question question;
};

/// The options that verbs about a model share.
struct ModelArguments
{
    std::string model;
    std::string at;
    std::string domain;
    bool timeStep = false;
    std::string inputShapes;
    std::string architecture;
    std::string architectureData; ///< rows of inputs and outputs that tell the activations

    void addTo(Options& verb, const std::string& help = "The trained network: an ONNX file");
    /// Opens the model, applies the opening rule and then the words; warnings go to standard error.
    Result<Asked> open() const;
};

/// Which elements a formula or a table is about, and which inputs stay variables in it.
struct SelectionArguments
{
    std::string outputs;
    std::string neurons;
    std::string freeInputs;
    std::string heldInputs;

    void addTo(Options& verb);
    Result<void> applyTo(Asked& asked) const;
};

/// Says the domain that is used, and for which inputs it is only assumed, on standard error.
void sayDomain(const Question& question);

/// Positions of the outputs that a list names; all where it is empty.
Result<std::vector<std::size_t>> outputsNamed(const Asked& asked, const std::string& list);

std::vector<ElementReference> elementsOf(const Question& question, const std::vector<std::size_t>& outputs);

} // namespace formulens::cli
