// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/LogicWriters.h"

#include <vector>

namespace formulens {

/// What the writers of logic are given: the form of each result, of gates where the language is code.
struct LogicText
{
    const LogicAnswer& answer;
    std::vector<const logic::LogicForm*> forms;
    const LogicWriteOptions& options;
};

/// `isNamed`: only the form that was asked for is written, at any length.
std::string writeLogicText(const LogicText& text, bool isNamed);
std::string writeLogicLatex(const LogicText& text);
std::string writeLogicC(const LogicText& text);
std::string writeLogicPython(const LogicText& text);
std::string writeLogicStructuredText(const LogicText& text);
std::string writeLogicVerilog(const LogicText& text);
std::string writeLogicDot(const LogicText& text);
std::string writeLogicPla(const LogicText& text);
std::string writeLogicCsv(const LogicText& text);

} // namespace formulens
