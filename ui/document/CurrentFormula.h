// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Derive.h"
#include "core/notation/Notate.h"
#include "ui/document/Document.h"
#include "ui/jobs/JobRunner.h"

#include <QObject>

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace formulens {

/// The formula of what is selected, kept up to date with the document in the background. A formula that is shown is
/// always the answer to what the document asks now: while another is derived, there is none.
class CurrentFormula final : public QObject
{
    Q_OBJECT

public:
    enum class State
    {
        Nothing, ///< no model
        Deriving,
        Shown,
        Refused ///< with the reason in `refusal`
    };

    explicit CurrentFormula(Document& document, QObject* parent = nullptr);

    State state() const { return m_state; }
    const QString& refusal() const { return m_refusal; }

    /// Algebra was asked for, and left the formula as it had been.
    bool algebraChangedNothing() const { return m_algebraChangedNothing; }

    /// Null unless Shown; badge as far as it has been checked.
    const std::shared_ptr<const Formula>& formula() const { return m_formula; }
    /// The formula on the screen; null until it has been notated.
    const std::shared_ptr<const notation::NotatedFormula>& notated() const { return m_notated; }
    const std::optional<DisplayBound>& displayBound() const { return m_displayBound; }

    /// Of the points that are tried in the background; another than before showing, so that none is tried twice.
    static constexpr std::uint64_t furtherSeed = 2;
    /// More points than the check before showing are still being tried.
    bool isChecking() const { return m_check.running(); }

    /// The size of each form for the present selection; empty while it is counted.
    const std::vector<FormForecast>& forecasts() const { return m_forecasts; }
    const FormForecast* forecast(Form form) const;

    notation::NotationOptions notationOptions() const;
    /// Shows all terms of an equation that hid some.
    void openEquation(std::size_t equation);

    QList<JobRunner*> jobs() { return {&m_derive, &m_notate, &m_check, &m_forecast}; }

signals:
    void stateChanged(); ///< another state, or another formula
    void notatedChanged();
    void badgeChanged();
    void forecastsChanged();

private:
    void modelOpened();
    void questionMayHaveChanged();
    void referenceMoved();
    void derive();
    void forecast();
    void notate();
    void show(std::shared_ptr<const Formula> formula);
    void refuse(const QString& reason);
    void checkFurther();
    void setState(State state);

    Document& m_document;
    State m_state = State::Nothing;
    QString m_refusal;
    Session m_asked; ///< what the formula, or the job that derives it, answers
    std::vector<Expression> m_beforeAlgebra; ///< the results that the algebra asked for last was to rewrite
    bool m_algebraChangedNothing = false;
    std::shared_ptr<const Formula> m_formula;
    std::shared_ptr<const notation::NotatedFormula> m_notated;
    std::optional<DisplayBound> m_displayBound;
    std::vector<FormForecast> m_forecasts;
    std::set<std::size_t> m_opened;
    JobRunner m_derive;
    JobRunner m_notate;
    JobRunner m_check;
    JobRunner m_forecast;
};

} // namespace formulens
