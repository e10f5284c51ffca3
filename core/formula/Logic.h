// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/LogicTable.h"
#include "core/formula/Formula.h"
#include "core/logic/Forms.h"
#include "core/question/Question.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace formulens {

/// A network of yes and no, as logic: of `question.selected`, outputs or hidden neurons. Each input that varies must
/// take two values: a set of two, or two whole numbers. The other inputs are held at the reference point.
struct LogicRequest
{
    std::shared_ptr<const PreparedNetwork> network;
    Question question;
    /// Above it an output means 1; physical where a scaling is typed. Where an element has none: the middle of its
    /// range (the output's stated one, or that of the function that ends the network: 0.5 of a sigmoid), else the
    /// middle between its smallest and its largest value.
    std::map<ElementReference, double> thresholds;
    /// Rows that need no value, by number, the first varying input as the first digit.
    std::vector<std::uint32_t> dontCares;
};

struct LogicInput
{
    std::string symbol; ///< "x1"
    std::string sourceName;
    std::size_t inputElement = 0;
    double low = 0; ///< what 0 and 1 stand for; physical
    double high = 1;
};

struct LogicResult
{
    std::string symbol; ///< "z6", or a neuron's "h_{1,2}" as "h1_2"
    std::string sourceName;
    ElementReference element;
    LogicTable table; ///< the network's, on all rows; threshold, margin and values physical
    logic::LogicFunction function; ///< with the rows that matter
    logic::LogicForms forms; ///< the shortest first

    /// Null where all forms would be too large.
    const logic::LogicForm* shortest() const { return forms.forms.empty() ? nullptr : &forms.forms.front(); }
    const logic::LogicForm* form(logic::LogicFormKind kind) const;
    /// The form of this kind; where none is asked for, or the name, the shortest that has gates. Null where there is
    /// none.
    const logic::LogicForm* formWithGates(std::optional<logic::LogicFormKind> kind) const;
};

struct LogicAnswer
{
    std::string modelName;
    std::vector<LogicInput> inputs; ///< those that vary: the digits of a row, first to last
    std::vector<HeldInput> held;
    std::vector<LogicResult> results;
};

/// "exact (all 4 rows); threshold 0.5, smallest margin 0.498 in row 01", and a warning where the margin is within
/// float32 rounding, and what the rows without a value are.
std::string badgeText(const LogicResult& result);

/// What the enumeration would take. Errors: as of `deriveLogic`.
Result<LogicForecast> forecastLogic(const LogicRequest& request);

/// Every form is compared with the network's own value in every row that matters. Errors: BadQuestion where an input
/// that varies does not take two values, or nothing varies; Limit above `logic::mostInputs` inputs; Cancelled.
Result<LogicAnswer> deriveLogic(const LogicRequest& request, const Progress& progress = {});

/// Rows that never occur among the points: count x input elements, in the file's numbers. A point in which an input has
/// another value than its two lies in none. Errors: as of `deriveLogic`.
Result<std::vector<std::uint32_t>> rowsThatDoNotOccur(const LogicRequest& request, std::span<const double> points);

/// Gives the inputs that take two values among the points, no more and no fewer, these as their domain.
void recogniseBinaryInputs(Question& question, std::span<const double> points);

/// Whether the inputs that vary take two values each, so that there is logic to be asked for.
bool isLogic(const Question& question);

} // namespace formulens
