// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/Document.h"

#include <QWidget>

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;

namespace formulens {

class InputsModel;
class InputsView;

/// The inputs: values, roles and domains in a table; kind, symbol and typed scaling of the current one below it.
class InputsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit InputsPanel(Document& document, QWidget* parent = nullptr);

    InputsView* view() const { return m_view; }

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* createAssumedBar();
    QWidget* createDetails();
    void createMenu();
    void showDetails();
    void showAssumed();
    void showAxes();
    void applyKind();
    void applySymbol();
    void applyScaling();
    std::optional<std::size_t> currentInput() const;
    std::vector<std::size_t> chosenInputs() const;
    std::vector<std::size_t> assumedInputs() const;

    Document& m_document;
    InputsModel* m_model;
    InputsView* m_view;
    QFrame* m_assumedBar = nullptr;
    QLabel* m_assumedText = nullptr;
    QWidget* m_details = nullptr;
    QComboBox* m_kind = nullptr;
    QLineEdit* m_symbol = nullptr;
    QLineEdit* m_offset = nullptr;
    QLineEdit* m_scale = nullptr;
    bool m_following = false; ///< the table is being brought in step with the document
};

} // namespace formulens
