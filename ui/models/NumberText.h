// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/question/Question.h"

#include <QString>

#include <cstddef>
#include <optional>

namespace formulens {

/// A number for a table cell or a sentence: "0.25", "1.2 × 10⁻⁷". digits = 0: all that are needed.
QString numberText(double value, int digits = 6);

/// A count for a sentence: "1,204". A fraction is rounded.
QString grouped(double count);
QString grouped(std::size_t count);

/// What a person typed: in their locale's spelling, or with a point.
std::optional<double> typedNumber(const QString& text);

/// "-1 … 1", "0, 1", "0 … 16". digits = 0: all that are needed.
QString domainText(const Domain& domain, int digits);

/// A domain as typed: two numbers with ".." or "…" between them, or a list with commas or semicolons, in braces or not.
/// Two numbers keep the kind (interval or whole numbers), a list is a set. Nothing where it is neither.
std::optional<Domain> typedDomain(const QString& text, Domain::Kind kind);

} // namespace formulens
