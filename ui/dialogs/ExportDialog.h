// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/Writer.h"
#include "ui/pictures/PictureWriter.h"

#include <QDialog>

#include <memory>
#include <optional>
#include <variant>

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;

namespace formulens {

/// What can be exported: the formula as text or picture, or another view as a picture.
struct ExportView
{
    QString title;
    const PictureSource* source = nullptr;
    bool isFormula = false;
};

/// What was chosen.
struct ExportChoice
{
    int view = 0;
    std::variant<Language, PictureFormat> format = PictureFormat::Png;
    QString suffix; ///< "tex"
    bool allDigits = false; ///< of LaTeX and text
    int dotsPerInch = 300;
    bool transparent = false;
};

/// Asks which view, in which format. The file is asked for afterwards.
class ExportDialog final : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(const QList<ExportView>& views, QWidget* parent);

    ExportChoice choice() const;

private:
    void showFormats();
    void showOptions();

    QList<ExportView> m_views;
    QComboBox* m_view;
    QComboBox* m_format;
    QComboBox* m_numbers;
    QSpinBox* m_resolution;
    QCheckBox* m_transparent;
    QLabel* m_hint;
};

} // namespace formulens
