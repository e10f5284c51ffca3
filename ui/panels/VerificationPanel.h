// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/CurrentFormula.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QTableWidget;

namespace formulens {

/// How well the formula matches the network: the full sentence, the largest difference found and where, how many points
/// were tried, and what that is worth.
class VerificationPanel final : public QWidget
{
    Q_OBJECT

public:
    VerificationPanel(Document& document, CurrentFormula& current, QWidget* parent = nullptr);

private:
    QLabel* addLine(QFormLayout* lines, const QString& title, const QString& toolTip);
    void showBadge();
    void showWorstPoint(const Badge& badge);

    Document& m_document;
    CurrentFormula& m_current;
    QLabel* m_sentence;
    QLabel* m_difference;
    QLabel* m_share;
    QLabel* m_tolerance;
    QLabel* m_points;
    QLabel* m_remarks;
    QTableWidget* m_worst;
};

} // namespace formulens
