// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/data/SideFile.h"
#include "core/operators/PreparedNetwork.h"
#include "core/question/Question.h"

#include <string>
#include <vector>

namespace formulens {

/// What is asked of a network before anybody has asked.
struct OpeningQuestion
{
    Question question; ///< `selected` holds one output: the first, of a classifier the largest at the reference point
    std::vector<std::size_t> axes; ///< up to two input elements, the most sensitive first
    std::vector<std::string> warnings; ///< entries of the side file that name nothing, and so on
};

/// The rule that window and command line share. The domain of each input is the first of: the side file's; a clip at
/// the entrance; a min-max scaler (x - min) / (max - min); a standardiser, mean +- 3 standard deviations; else [-1, 1],
/// assumed. The reference point is the side file's, else the centre, rounded to a hundredth of the width's power of
/// ten.
OpeningQuestion openingQuestion(
    const PreparedNetwork& network, const SideFile* sideFile = nullptr, const Progress& progress = {});

} // namespace formulens
