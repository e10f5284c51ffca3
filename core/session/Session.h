// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/formula/Derive.h"
#include "core/formula/Logic.h"
#include "core/question/Question.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace formulens {

/// What the user decided about the network as logic.
struct LogicChoice
{
    std::map<ElementReference, double> thresholds; ///< physical; where none is set one is found
    std::vector<std::size_t> inputs; ///< the varying input elements whose digits the row numbers are
    std::vector<std::uint32_t> dontCares; ///< rows that need no value, ascending

    friend bool operator==(const LogicChoice&, const LogicChoice&) = default;
};

/// What the user set up for one model, as a value: every view is a function of the model and of this.
struct Session
{
    static constexpr int version = 1;

    Question question; ///< selection (question.selected), names, roles, domains, reference point, typed scaling
    std::vector<std::size_t> axes; ///< one or two input elements along which curves and maps are drawn
    Form form = Form::Closed;
    std::optional<std::size_t> derivativeBy; ///< input element; nothing: the value itself
    HeadChoice head;
    ScalingDisplay scaling = ScalingDisplay::Automatic;
    std::set<ElementReference> substituted; ///< neurons written in place in the neurons form
    std::vector<Manipulation> manipulations; ///< algebra on the closed form or a derivative, in order
    int digits = 4; ///< on screen; 0: full
    bool writeFunctionsOut = false;
    LogicChoice logic;

    friend bool operator==(const Session&, const Session&) = default;
};

/// What is asked of `derive` for the session as it stands.
DeriveRequest deriveRequest(std::shared_ptr<const PreparedNetwork> network, const Session& session);

/// What is asked of `deriveLogic`. Rows count only as long as the inputs are those that they were chosen for.
LogicRequest logicRequest(std::shared_ptr<const PreparedNetwork> network, const Session& session);

/// The session a model opens with: the first output (of a classifier the largest at the reference point), all roles as
/// the question has them, the two most sensitive inputs as axes, and the form that `openingForm` chooses.
Session openingSession(
    std::shared_ptr<const PreparedNetwork> network, Question question, const Progress& progress = {});

} // namespace formulens
