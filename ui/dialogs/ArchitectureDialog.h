// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/ArchitectureProposal.h"
#include "ui/dialogs/ArchitectureSlots.h"
#include "ui/jobs/JobRunner.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace formulens {

/// What is computed between the layers of a file that holds weights only: a proposal to be corrected, as a table with
/// an activation to choose behind each layer, and as the text that the command line takes. What does not fit the shapes
/// is said at once, and cannot be opened.
class ArchitectureDialog final : public QDialog
{
    Q_OBJECT

public:
    ArchitectureDialog(const QString& path, const ArchitectureProposal& proposal, QWidget* parent = nullptr);

    /// "Linear,tanh,Linear"
    QString architecture() const;
    /// Finds the activations from rows of inputs and outputs, in the background.
    void findFrom(const QString& rows);

private:
    QWidget* createHead(const QString& path);
    void createTable();
    void connectParts();

    void readText();
    void setSteps(const std::vector<ArchitectureStep>& steps);
    void showSteps();
    void showRow(int index, const ArchitectureRow& row);
    void showHidden();
    void orderTabs();
    void judge();
    void say(const QString& words, bool isError);
    void chooseData();

    QString m_path;
    ArchitectureProposal m_proposal;
    std::vector<ArchitectureStep> m_steps; ///< as the text says, where it can be understood
    std::vector<ArchitectureRow> m_rows;
    JobRunner m_job;
    bool m_isShowing = false; ///< the boxes change because they are filled, not because somebody chose

    QComboBox* m_hidden;
    QTableWidget* m_table;
    QLineEdit* m_text;
    QLabel* m_status;
    QPushButton* m_find = nullptr;
    QPushButton* m_open = nullptr;
};

} // namespace formulens
