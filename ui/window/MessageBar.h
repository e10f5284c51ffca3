// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace formulens {

/// A sentence above the views, which work on as before: an error, a warning or a hint. Esc or its button closes it.
class MessageBar final : public QFrame
{
    Q_OBJECT

public:
    enum class Kind
    {
        Hint,
        Warning,
        Error
    };

    explicit MessageBar(QWidget* parent = nullptr);

    void show(Kind kind, const QString& text);
    QString text() const;
    /// An error is taken back once what failed has been done.
    void settle();

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void paintKind();

    QLabel* m_icon;
    QLabel* m_text;
    Kind m_kind = Kind::Hint;
};

} // namespace formulens
