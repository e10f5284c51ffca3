// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>
#include <QList>
#include <QWidget>

class QButtonGroup;
class QSlider;

namespace formulens {

/// A spin box that shows the shortest text of its number instead of a fixed count of decimals, and takes what is typed
/// at full precision.
class NumberSpinBox final : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberSpinBox(QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }
};

/// Sets one number: a slider with a spin box, or a pair of buttons where only two values are possible.
class ValueEditor final : public QWidget
{
    Q_OBJECT

public:
    struct Range
    {
        double lower = 0;
        double upper = 1;
        QList<double> values; ///< only these, where not empty
        bool whole = false;

        friend bool operator==(const Range&, const Range&) = default;
    };

    ValueEditor(const QString& name, QWidget* parent);

    void setRange(const Range& range);
    void setValue(double value);

signals:
    /// begins: a new edit; else the drag that began goes on.
    void edited(double value, bool begins);

protected:
    void changeEvent(QEvent* event) override;

private:
    void createSlider();
    void createButtons();
    void clear();
    int sliderSteps() const;
    double sliderValue(int position) const;
    int sliderPosition(double value) const;

    QString m_name;
    Range m_range;
    QSlider* m_slider = nullptr;
    NumberSpinBox* m_spin = nullptr;
    QButtonGroup* m_buttons = nullptr;
    bool m_dragBegins = false;
};

} // namespace formulens
