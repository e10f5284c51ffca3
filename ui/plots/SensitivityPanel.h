// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/Document.h"
#include "ui/jobs/JobRunner.h"

#include <QWidget>

#include <optional>
#include <vector>

class QCheckBox;
class QLabel;

namespace formulens {

class SensitivityPlot;

/// Outputs x inputs at the reference point; a click on a cell selects that pair everywhere.
class SensitivityPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit SensitivityPanel(Document* document, QWidget* parent = nullptr);

    SensitivityPlot* plot() const { return m_plot; }
    JobRunner* runner() { return &m_job; }

private:
    void refresh(bool hold);
    void showNothing(const QString& words);
    void showSelection();
    void showHighlight();
    void clickCell(std::size_t output, std::size_t input, bool add);
    std::optional<std::size_t> rowOf(ElementReference element) const;

    Document* m_document;
    SensitivityPlot* m_plot;
    QCheckBox* m_raw;
    QLabel* m_message;
    std::vector<ElementReference> m_rows; ///< of the plot: the outputs, then selected neurons
    JobRunner m_job;
};

} // namespace formulens
