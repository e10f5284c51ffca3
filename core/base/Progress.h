// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>

namespace formulens {

/// Handed to long work as its last argument: "am I to stop?" and "this far". A default one never stops.
class Progress
{
public:
    using Report = std::function<void(double fraction)>;

    Progress() = default;
    explicit Progress(std::stop_token stop, Report report = {}) : m_stop(std::move(stop)), m_report(std::move(report))
    {
    }

    bool stopped() const { return m_stop.stop_requested(); }

    /// fraction in [0, 1] of the whole work.
    void report(double fraction) const
    {
        if (m_report)
            m_report(fraction);
    }

    /// The progress of a step that takes the share [from, to] of the whole.
    Progress part(double from, double to) const
    {
        if (!m_report)
            return Progress(m_stop);
        return Progress(
            m_stop, [report = m_report, from, to](double fraction) { report(from + fraction * (to - from)); });
    }

private:
    std::stop_token m_stop;
    Report m_report;
};

} // namespace formulens
