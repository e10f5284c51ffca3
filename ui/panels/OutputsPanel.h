// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/Document.h"
#include "ui/jobs/JobRunner.h"

#include <QWidget>

class QTableView;

namespace formulens {

class OutputsModel;

/// The outputs with their values at the reference point. Its selection is the document's.
class OutputsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit OutputsPanel(Document& document, QWidget* parent = nullptr);

    JobRunner& job() { return m_job; }

private:
    void createPaste();
    void computeValues();
    void selectFromTable();
    void showSelection();

    Document& m_document;
    OutputsModel* m_model;
    QTableView* m_view;
    JobRunner m_job;
    bool m_following = false; ///< the table is being brought in step with the document
};

} // namespace formulens
