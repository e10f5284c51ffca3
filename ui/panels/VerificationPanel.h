// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/Agreement.h"
#include "ui/document/CurrentFormula.h"
#include "ui/pictures/PictureSource.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;
class QTimer;

namespace formulens {

class ResidualPlot;
struct Residuals;

/// How well the formula matches the network: the full sentence, formula minus network point by point, the worst point
/// found, and whether data of the user's own agree with the network.
class VerificationPanel final : public QWidget
{
    Q_OBJECT

public:
    VerificationPanel(Document& document, CurrentFormula& current, QWidget* parent = nullptr);

    ResidualPlot* plot() const { return m_plot; }
    QList<JobRunner*> jobs() { return {&m_residuals, &m_data}; }

    /// Compares the network with a file of the user's own (.csv, .npz), in the background.
    void compareWith(const QString& path);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createPlot();
    void createTable();
    QLayout* createButtons();

    void showBadge();
    void offerResults();
    void measure();
    void showResiduals(Residuals residuals);
    void showPoint();
    void moveReferenceThere();
    void chooseData();
    void showAgreement(const QString& file, std::size_t rows, const std::vector<Agreement>& agreements);
    void lookForData();

    Document& m_document;
    CurrentFormula& m_current;
    QLabel* m_sentence;
    QComboBox* m_result;
    ResidualPlot* m_plot;
    QLabel* m_words; ///< of the point that is chosen
    QTableWidget* m_point;
    QPushButton* m_moveThere;
    QLabel* m_dataWords;
    QTimer* m_later;
    JobRunner m_residuals;
    JobRunner m_data;
    std::shared_ptr<const Formula> m_measured; ///< whose residuals are shown or being computed
    std::size_t m_measuredResult = 0;
};

} // namespace formulens
