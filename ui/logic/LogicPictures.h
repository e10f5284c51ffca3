// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Logic.h"
#include "ui/logic/GatePlan.h"
#include "ui/logic/KarnaughPlan.h"

/// What of an answer is drawn, for the window and for the pictures of the command line.
namespace formulens {

/// Whether a Karnaugh map can have as many inputs.
bool hasKarnaugh(const LogicAnswer& answer);

/// The groups are those of the zeros for the product of sums, else those of the ones.
KarnaughData karnaughData(const LogicAnswer& answer, const LogicResult& result, logic::LogicFormKind kind);

/// form: one of the result's that has gates.
GateData gateData(const LogicAnswer& answer, const LogicResult& result, const logic::LogicForm& form);

} // namespace formulens
