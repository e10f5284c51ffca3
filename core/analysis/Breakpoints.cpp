// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/Breakpoints.h"

#include "core/functions/Catalogue.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

/* Pieces of a line
 *
 * Along one input t every unit is linear between the bends of the units before it. `m_places` holds all bends so far,
 * and for each unit its value at each of them: that is all there is to know of it. A new unit is evaluated there; where
 * its operand passes a knot between two places, the crossing of a straight line is solved for and becomes a place, at
 * which all earlier units are interpolated, which for straight lines is exact.
 */

namespace formulens {

namespace {

constexpr std::size_t mostPlaces = 20000;
constexpr double mostValues = 2e7; ///< units times places: 160 MB
/// Nearer than this share of the range two bends are one.
constexpr double nearest = 1e-13;
constexpr double leastBend = 1e-9; ///< change of slope, of the largest slope

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

using Line = std::vector<double>; ///< values at the places

class Bending
{
public:
    explicit Bending(const BreakpointsRequest& request)
        : m_request(request), m_equations(*request.equations), m_places{request.range.lower, request.range.upper}
    {
    }

    Result<Breakpoints> run(const Progress& progress)
    {
        for (std::size_t unit = 0; unit < m_equations.unitCount(); ++unit) {
            if (progress.stopped())
                return failure(ErrorCode::Cancelled, "the breakpoints were cancelled");
            addUnit(UnitIndex(unit));
            if (m_places.size() > mostPlaces
                || static_cast<double>(m_places.size()) * static_cast<double>(unit) > mostValues)
                return failure(ErrorCode::Limit, "the curve bends too often for its breakpoints to be listed");
        }
        Breakpoints result;
        for (std::size_t output = 0; output < m_equations.outputCount(); ++output)
            result.x.push_back(bendsOf(lineOf(m_equations.output(output))));
        return result;
    }

private:
    double valueOf(TermId id, std::size_t place) const
    {
        if (!m_equations.isInput(id))
            return m_units[m_equations.unitOf(id).position()][place];
        return id == m_request.inputElement ? m_places[place] : m_request.point[id];
    }

    Line lineOf(const FormView& form) const
    {
        Line line(m_places.size(), form.constant);
        for (std::size_t i = 0; i < form.size(); ++i)
            for (std::size_t place = 0; place < line.size(); ++place)
                line[place] += form.coefficients[i] * valueOf(form.ids[i], place);
        return line;
    }

    std::vector<Line> operandsOf(UnitIndex unit) const
    {
        std::vector<Line> operands;
        for (std::size_t k = 0; k < m_equations.unit(unit).operandCount; ++k)
            operands.push_back(lineOf(m_equations.operand(unit, k)));
        return operands;
    }

    void addUnit(UnitIndex unit)
    {
        std::vector<Line> operands = operandsOf(unit);
        const std::vector<double> bends = newBends(unit, operands);
        if (!bends.empty()) {
            insert(bends);
            operands = operandsOf(unit);
        }
        const Function& f = m_equations.function(unit);
        Line values(m_places.size());
        std::vector<double> at(operands.size());
        for (std::size_t place = 0; place < values.size(); ++place) {
            for (std::size_t k = 0; k < operands.size(); ++k)
                at[k] = operands[k][place];
            values[place] = f.value(at, m_equations.parameters(unit));
        }
        m_units.push_back(std::move(values));
    }

    std::vector<double> newBends(UnitIndex unit, const std::vector<Line>& operands) const
    {
        const Function& f = m_equations.function(unit);
        const std::span<const double> parameters = m_equations.parameters(unit);
        std::vector<double> bends;
        if (isOneOf(f.name, {"relu", "leaky_relu", "abs"}))
            addCrossings(operands[0], Line(m_places.size(), 0.0), bends);
        if (f.name == "clip")
            for (const double knot : parameters)
                addCrossings(operands[0], Line(m_places.size(), knot), bends);
        // Bends where two operands cross below the largest do not bend the unit: they are left out at the end.
        if (isOneOf(f.name, {"max", "min"}))
            for (std::size_t i = 0; i < operands.size(); ++i)
                for (std::size_t k = 0; k < i; ++k)
                    addCrossings(operands[i], operands[k], bends);
        std::sort(bends.begin(), bends.end());
        return bends;
    }

    void addCrossings(const Line& a, const Line& b, std::vector<double>& bends) const
    {
        for (std::size_t place = 0; place + 1 < m_places.size(); ++place) {
            const double left = a[place] - b[place];
            const double right = a[place + 1] - b[place + 1];
            if ((left < 0 && right > 0) || (left > 0 && right < 0))
                bends.push_back(m_places[place] + (m_places[place + 1] - m_places[place]) * (left / (left - right)));
        }
    }

    void insert(const std::vector<double>& bends)
    {
        const double apart = nearest * m_request.range.width();
        std::vector<double> places;
        std::vector<std::pair<std::size_t, double>> sources; // place to the left, share of the way to the next
        std::size_t next = 0;
        for (std::size_t place = 0; place < m_places.size(); ++place) {
            places.push_back(m_places[place]);
            sources.emplace_back(place, 0.0);
            const double end = place + 1 < m_places.size() ? m_places[place + 1] : m_places[place];
            for (; next < bends.size() && bends[next] < end; ++next) {
                if (bends[next] - places.back() <= apart || end - bends[next] <= apart)
                    continue;
                places.push_back(bends[next]);
                sources.emplace_back(place, (bends[next] - m_places[place]) / (end - m_places[place]));
            }
        }
        for (Line& unit : m_units) {
            Line longer;
            longer.reserve(places.size());
            for (const auto& [place, share] : sources)
                longer.push_back(share == 0 ? unit[place] : unit[place] * (1 - share) + unit[place + 1] * share);
            unit = std::move(longer);
        }
        m_places = std::move(places);
    }

    std::vector<double> bendsOf(const Line& line) const
    {
        std::vector<double> slopes;
        double steepest = 0;
        double largest = 0;
        for (std::size_t place = 0; place + 1 < line.size(); ++place) {
            slopes.push_back((line[place + 1] - line[place]) / (m_places[place + 1] - m_places[place]));
            steepest = std::max(steepest, std::fabs(slopes.back()));
            largest = std::max(largest, std::fabs(line[place]));
        }
        // A slope over a short piece carries the rounding of its ends.
        constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();
        std::vector<double> bends;
        for (std::size_t place = 1; place + 1 < line.size(); ++place) {
            const double left = m_places[place] - m_places[place - 1];
            const double right = m_places[place + 1] - m_places[place];
            const double noise = rounding * largest * (1 / left + 1 / right);
            if (std::fabs(slopes[place] - slopes[place - 1]) > leastBend * steepest + noise)
                bends.push_back(m_places[place]);
        }
        return bends;
    }

    const BreakpointsRequest& m_request;
    const Equations& m_equations;
    std::vector<double> m_places; ///< ascending, both ends of the range included
    std::vector<Line> m_units;
};

} // namespace

bool isPiecewiseLinear(const Equations& equations)
{
    for (std::size_t unit = 0; unit < equations.unitCount(); ++unit) {
        if (!isOneOf(equations.function(UnitIndex(unit)).name,
                {"named_sum", "relu", "leaky_relu", "clip", "abs", "max", "min"}))
            return false;
    }
    return true;
}

Result<Breakpoints> breakpoints(const BreakpointsRequest& request, const Progress& progress)
{
    if (!(request.range.width() > 0) || !std::isfinite(request.range.width()) || !isPiecewiseLinear(*request.equations))
        return Breakpoints{std::vector<std::vector<double>>(request.equations->outputCount())};
    return Bending(request).run(progress);
}

} // namespace formulens
