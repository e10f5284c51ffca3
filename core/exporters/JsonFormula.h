// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/formula/Formula.h"

#include <string>

/* A formula as JSON, version Formula::version:
 *
 *   { "format": "formulens-formula", "version": 1, "form": "closed", "model": "...", "nodes": [...], "variables":
 * [...], "held": [...], "definitions": [...], "results": [...], "layers": [...], "region": [...], "badge": {...},
 *     "provenance": "..." }
 *
 * "nodes" holds every part of every expression once, operands before their users; elsewhere an expression is its
 * position in that list. A node is a number, or an object of one of
 *   {"symbol": "x1"}   {"sum": [[coefficient, node], ...], "constant": c}   {"product": [node, ...]}
 *   {"power": node, "exponent": e}   {"call": "tanh", "operands": [node, ...], "parameters": [number, ...]}
 * Numbers that JSON does not have are the strings "inf", "-inf" and "nan".
 */
namespace formulens {

Result<std::string> writeJson(const Formula& formula);

/// Bounds on what is read: a file that exceeds one is refused with that number.
inline constexpr std::size_t formulaByteLimit = 512u << 20;
inline constexpr int formulaDepthLimit = 4000; ///< operands within operands

} // namespace formulens
