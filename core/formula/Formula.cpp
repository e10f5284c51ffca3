// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Formula.h"

#include "core/base/Numerals.h"

#include <array>
#include <cmath>

namespace formulens {

namespace {

constexpr std::array<std::string_view, 4> formNames{"layers", "neurons", "closed", "law"};

std::string short2(double value)
{
    return legible(value, 2);
}

/// "3.1e-3 (0.4 % of the output's range)"
std::string withShare(double error, double range)
{
    std::string text = short2(error);
    if (range > 0 && std::isfinite(range))
        text += " (" + short2(100 * error / range) + " % of the output's range)";
    return text;
}

std::string pointText(const std::vector<double>& point)
{
    constexpr std::size_t shown = 6;
    std::string text = "(";
    for (std::size_t i = 0; i < std::min(point.size(), shown); ++i)
        text += (i == 0 ? "" : ", ") + legible(point[i], 4);
    return text + (point.size() > shown ? ", ...)" : ")");
}

std::string exactText(const Badge& badge)
{
    std::string text = badge.kind == Badge::Kind::ExactInRegion
        ? "The network's own equation in real arithmetic, inside the region that its inequalities state."
        : "The network's own equation in real arithmetic.";
    text += " Coefficients that had to be combined carry double rounding (at most " + short2(badge.combinedRounding)
        + " on this domain). Checked at " + std::to_string(badge.points) + " points, largest difference "
        + short2(badge.largestDifference) + ".";
    return text;
}

std::string measuredText(const Badge& badge)
{
    return "Largest difference found: " + withShare(badge.largestDifference, badge.outputRange) + ", at "
        + pointText(badge.worstPoint) + "; " + std::to_string(badge.points) + " points. Not a bound.";
}

} // namespace

std::string_view name(Form form)
{
    return formNames[static_cast<std::size_t>(form)];
}

std::optional<Form> formNamed(std::string_view name)
{
    for (std::size_t i = 0; i < formNames.size(); ++i) {
        if (formNames[i] == name)
            return static_cast<Form>(i);
    }
    return std::nullopt;
}

std::string Badge::shortText() const
{
    switch (kind) {
    case Kind::Exact:
        return "exact";
    case Kind::ExactInRegion:
        return "exact in its region";
    case Kind::Measured:
        return "measured: largest error found " + withShare(largestDifference, outputRange);
    }
    return {};
}

std::string Badge::text() const
{
    std::string text = kind == Kind::Measured ? measuredText(*this) : exactText(*this);
    if (notFinite > 0)
        text += " At " + std::to_string(notFinite) + " further points the network is not finite.";
    if (domainAssumed)
        text += " The domain is assumed: set the range that the network was trained on.";
    for (const std::string& remark : remarks)
        text += " " + remark;
    return text;
}

} // namespace formulens
