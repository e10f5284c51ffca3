// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/SideFile.h"
#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <string>
#include <vector>

namespace formulens {

/// What is known of a network's inputs and outputs before anybody has asked.
struct OpeningQuestion
{
    Question question; ///< all inputs free; `selected` is empty: `openingSession` chooses
    std::vector<std::string> warnings; ///< entries of the side file that name nothing, and so on
};

/// The rule that window and command line share. The domain of each input is the first of: the side file's; the
/// ranges that the file states; a clip at the entrance; a min-max scaler (x - min) / (max - min); a standardiser, mean +- 3 standard deviations; else [-1, 1],
/// assumed; of integers whole numbers, of bool {0, 1}, of 8 bits all that there are. The reference value is the side
/// file's, else the centre, rounded (`roundedCentre`).
OpeningQuestion openingQuestion(const PreparedNetwork& network, const SideFile* sideFile = nullptr);

} // namespace formulens
