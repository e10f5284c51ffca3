// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <optional>
#include <vector>

namespace formulens {

struct EntranceDomain
{
    Interval range;
    DomainSource source = DomainSource::Assumed;
};

/// What the operators at the entrance of a network tell of the range of each input element: a clip; a min-max scaler,
/// (x - min) / (max - min); a standardiser, (x - mean) / deviation, mean +- 3 deviations. Nothing where they do not.
std::vector<std::optional<EntranceDomain>> entranceDomains(const PreparedNetwork& network);

} // namespace formulens
