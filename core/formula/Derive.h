// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/evaluation/Program.h"
#include "core/expression/Algebra.h"
#include "core/formula/Formula.h"
#include "core/question/Question.h"

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace formulens {

/// Limits of DESIGN and UX: closed shown up to 20,000 terms, exported up to 200 MB, beyond with "where" definitions.
inline constexpr double shownTermLimit = 20'000;
inline constexpr double exportedByteLimit = 200e6;

/// An algebraic step on a closed form or a derivative: limited in size beforehand, checked after.
struct Manipulation
{
    using Kind = algebra::Step::Kind;

    Kind kind = Kind::Expand;
    std::size_t inputElement = 0; ///< for Collect

    friend bool operator==(const Manipulation&, const Manipulation&) = default;
};

/// Scaling definitions z = (x - m)/s: by the rule of DESIGN 5, or forced.
enum class ScalingDisplay
{
    Automatic,
    Folded,
    Definitions
};

/// What to take of a network that ends in softmax, sigmoid or argmax.
struct HeadChoice
{
    enum class Kind
    {
        Output,
        Logit,
        LogitDifference
    };

    Kind kind = Kind::Output;
    std::size_t other = 0; ///< class whose logit is subtracted
    std::optional<std::size_t> chosen; ///< class whose logit is taken; else that of the selected element, or of argmax
                                       ///< the class at the reference point

    friend bool operator==(const HeadChoice&, const HeadChoice&) = default;
};

struct DeriveRequest
{
    std::shared_ptr<const PreparedNetwork> network;
    Question question; ///< outputs or neurons, roles, reference point, domain, typed scaling
    Form form = Form::Closed;
    std::optional<std::size_t> derivativeBy; ///< input element
    HeadChoice head;
    ScalingDisplay scaling = ScalingDisplay::Automatic;
    std::set<ElementReference> substituted; ///< neurons form: units written in place instead of defined
    std::vector<Manipulation> manipulations;
    std::shared_ptr<const algebra::Engine> algebra; ///< who does them; nobody: this process, within the quick limits
    double closedTermLimit = shownTermLimit; ///< a closed form with more terms gets definitions for its shared parts
    std::size_t checkPoints = 256;
    std::uint64_t seed = 1;
};

/// The size of every form, stated before it is computed.
struct FormForecast
{
    Form form = Form::Closed;
    double terms = 0;
    double characters = 0;
    std::optional<std::string> refusal; ///< why it cannot apply or is too large, in words
};

Result<std::vector<FormForecast>> forecastForms(const DeriveRequest& request);

/// The form that opens by itself: Closed up to 60 terms, else Neurons up to 50 units in the slice, else Layers.
Result<Form> openingForm(const DeriveRequest& request);

/// Derives and checks. A formula that does not hold against the network is an Internal error, never a result.
Result<Formula> derive(const DeriveRequest& request, const Progress& progress = {});

/// Checks a formula (also one read from a file) against the network; fills a badge or says where it does not hold.
Result<Badge> checkFormula(const PreparedNetwork& network, const Formula& formula, std::size_t points,
    std::uint64_t seed, const Progress& progress = {});

/// Values of the formula's results at points given as all input elements of the network (count x inputCount), in the
/// numbers that the variables stand for: with a typed scaling, physical values. Columns of held inputs are not read.
Result<std::vector<double>> evaluateFormula(
    const Formula& formula, std::span<const double> points, std::size_t inputCount);

/// The formula as a program over all input elements, as `evaluateFormula` takes them: for curves and maps.
Result<std::shared_ptr<const Program>> compile(const Formula& formula, std::size_t inputCount);

/// Whether the network ends in softmax, sigmoid or argmax before the selected elements, so that HeadChoice has a
/// choice.
bool hasHead(const PreparedNetwork& network, std::span<const ElementReference> selected);

DisplayBound displayBound(const Formula& formula, int digits, std::size_t points = 256);

} // namespace formulens
